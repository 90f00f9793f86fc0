import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { type Level, levels } from '../../../src/verify/finding.ts';
import { inBatches } from './batches.ts';
import type { Change } from './changes.ts';
import { keepResults, readKeptResults } from './kept-results.ts';
import { renderMutations, type SeenChange } from './mutation-document.ts';
import type { Found, MutationLab } from './mutation-lab.ts';
import { pgcopydbVersion, type SaidOfChange } from './pgcopydb.ts';

export interface MutationTests {
  readonly lab: () => MutationLab;
  readonly prefix: string;
  /** The page that says what was seen, below the root of the project. */
  readonly document: string;
  readonly title: string;
  /** File with what pgcopydb said, beside the tests. */
  readonly kept: string;
  readonly major: number;
  readonly changes: readonly Change[];
  /** Those that only the level `content` finds. */
  readonly contentChanges: readonly Change[];
}

const root = join(import.meta.dirname, '../../..');
const writes = process.env['WRITE_DOCS'] === '1';

/** Changes in one copy. With MUTATIONS=alone each has its own, which says the same and takes much longer. */
const most = process.env['MUTATIONS'] === 'alone' ? 1 : 20;

/**
 * One deliberate difference after the other in a restored copy: each has to be found and named, with exit code 3. The
 * page is what these tests have seen; with WRITE_DOCS=1 it is written anew, and where pgcopydb is on PATH too, it is
 * asked about each change that it was not asked about before, seconds for each.
 */
export function testChanges({
  lab,
  prefix,
  document,
  title,
  kept,
  major,
  changes,
  contentChanges,
}: MutationTests): void {
  const seen = new Map<string, Pick<SeenChange, 'found' | 'level' | 'counted'>>();
  const plain = (text: string) => text.replaceAll(prefix, 'shop');

  const groups = [
    ...inBatches(changes, most).map(batch => ({ batch, level: 'counts' as Level })),
    ...inBatches(contentChanges, most).map(batch => ({ batch, level: 'content' as Level })),
  ];
  describe.each(groups.map((group, index) => ({ ...group, index })))('copy $index', ({ batch, level }) => {
    let verified: Promise<{ readonly report: RunReport; readonly found: readonly Found[] }> | undefined;
    const look = () => {
      verified ??= lab().mutate(
        batch.map(({ sql }) => sql),
        level,
      );
      return verified;
    };

    test('nothing but its changes is found', async () => {
      const { report, found } = await look();
      expect({ exitCode: report.exitCode, found: found.map(({ text }) => text).toSorted() }).toEqual({
        exitCode: 3,
        found: batch.flatMap(({ findings }) => findings).toSorted(),
      });
    });

    test.each(batch)('$sql', async ({ sql, findings }) => {
      const { found } = await look();
      expect(found.map(({ text }) => text)).toEqual(expect.arrayContaining([...findings]));
      const own = found.filter(({ text }) => findings.includes(text));
      const first = levels.find(one => own.some(each => each.level === one)) ?? '';
      seen.set(sql, { found: findings.map(plain), level: first, counted: await lab().isCounted(sql) });
    });
  });

  test('plain counts say nothing of an unchanged copy', async () => {
    expect(await lab().isCounted('SELECT 1')).toBe(false);
  });

  const all = [...changes, ...contentChanges];
  const path = join(import.meta.dirname, kept);

  test.runIf(writes)(
    'pgcopydb is asked of what it was not asked before',
    async context => {
      const version = await pgcopydbVersion();
      if (version === undefined) return context.skip('no pgcopydb with `compare` is on PATH');
      expect(await lab().pgcopydb('SELECT 1')).toEqual({ schema: '-', data: '-' });
      const known = await readKeptResults(path);
      const said: Record<string, SaidOfChange> = {};
      for (const { sql } of all) {
        const before = known?.version === version ? known.said[plain(sql)] : undefined;
        said[plain(sql)] = before ?? (await lab().pgcopydb(sql));
        await keepResults(path, { version, said: { ...known?.said, ...said } });
      }
      expect(Object.keys(said)).toHaveLength(all.length);
      await keepResults(path, { version, said });
    },
    3_600_000,
  );

  test(`${document} is what was seen`, async () => {
    expect(seen.size).toBe(all.length);
    const results = await readKeptResults(path);
    const rows = all.flatMap(({ sql }): readonly SeenChange[] => {
      const one = seen.get(sql);
      return one === undefined ? [] : [{ ...one, sql: plain(sql), said: results?.said[plain(sql)] }];
    });
    const text = renderMutations({
      title,
      introduction: [
        `Each row is one change of a restored copy on a server of major ${major}, what \`verify\` said of it, with exit code 3, and the first`,
        'level that finds it. A test makes every one of them on a real server, those that touch different objects in one copy, and compares',
        'this page with what it has seen. *Counts* are the recipe of a script: relations by kind, constraints, triggers, functions, extensions,',
        'and the rows of every table. The last columns are what `pgcopydb compare` said of source and changed copy; an empty cell is silence.',
        'What each way costs is in [benchmarks-compare.md](benchmarks-compare.md).',
      ],
      pgcopydb: results?.version,
      changes: rows,
    });
    if (writes) await writeFile(join(root, document), text);
    expect(await readFile(join(root, document), 'utf8')).toBe(text);
  });
}
