import { appendFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allCombinations } from './combinations.ts';
import { absences, databases } from './databases.ts';
import { filters } from './filters.ts';
import { type Combination, expectation, nameOf, type Result, refusal } from './run-matrix.ts';

const page = join(import.meta.dirname, '../../../docs/matrix.md');
const majors = [13, 14, 15, 16, 17, 18];

/** Results as they come, in a file if one is named: a run that was cut off goes on where it was. */
export async function resultsFile(path: string | undefined) {
  const all = new Map<string, Result>();
  const combinations = new Map(allCombinations(majors).map(one => [nameOf(one), one]));
  const before = path === undefined ? '' : await readFile(path, 'utf8').catch(() => '');
  for (const line of before.split('\n').filter(text => text !== '')) {
    const { name, ...result } = JSON.parse(line) as Omit<Result, 'combination'> & { readonly name: string };
    const combination = combinations.get(name);
    // What went wrong is tried again.
    if (combination !== undefined && expectation({ ...result, combination }) === undefined)
      all.set(name, { ...result, combination });
  }
  return {
    missing: (wanted: readonly Combination[]) => wanted.filter(one => !all.has(nameOf(one))),
    all: (): readonly Result[] => [...all.values()],
    add(result: Result): void {
      const { combination, ...rest } = result;
      all.set(nameOf(combination), result);
      if (path !== undefined) appendFileSync(path, `${JSON.stringify({ name: nameOf(combination), ...rest })}\n`);
    },
  };
}

/** Writes docs/matrix.md. */
export async function writePage(results: readonly Result[]): Promise<void> {
  const byName = new Map(results.map(result => [nameOf(result.combination), result]));
  const combinations = allCombinations(majors);
  const pairs = [...new Set(combinations.map(({ from, to }) => `${from}→${to}`))];
  const cell = (combination: Combination | undefined): string => {
    if (combination === undefined) return '–';
    const result = byName.get(nameOf(combination));
    if (result === undefined) return '';
    if (refusal(combination) !== undefined) return 'refused';
    return result.findings.length > 0 || result.verdict === 'failed' ? '**failed**' : String(result.compared);
  };
  const tables = databases.flatMap(({ name }) => {
    const own = combinations.filter(({ database }) => database.name === name);
    const rows = filters.map(filter => {
      const cells = pairs.map(pair => cell(own.find(one => one.filter === filter && `${one.from}→${one.to}` === pair)));
      return `| ${filter.name} | ${cells.join(' | ')} |`;
    });
    return [`## ${name}`, '', `| | ${pairs.join(' | ')} |`, `|---|${pairs.map(() => '--:|').join('')}`, ...rows, ''];
  });
  const refused = results.filter(({ combination }) => refusal(combination) !== undefined).length;
  const findings = results.reduce((sum, result) => sum + result.findings.length, 0);
  const compared = results.reduce((sum, result) => sum + result.compared, 0);
  const text = [
    '# No false alarm',
    '',
    'The shop of the demo and public sample databases, dumped with a filter by the client of their server, restored into a server of the same',
    'major and of each newer one, and compared by `verify: { level: content }`. A number is that of the things that were compared (definitions,',
    'tables, sequences, extensions, views, rows table by table …) and were all equal. `–`: the client of that major has no such option.',
    '`refused`: pg_restore 17 cannot restore into 16 within one transaction, which is said before anything is done (PGR150); there is no client 16 here.',
    '',
    `${results.length} of ${combinations.length} combinations were run: ${results.length - refused} restored and compared, ${refused} refused, ${compared} things compared, ${findings} findings.`,
    ...(results.length < combinations.length ? ['An empty cell was not run.'] : []),
    ...(absences.length > 0 ? ['Not all sample databases were at hand.'] : []),
    '',
    '`restore:` stands for filters of the restore step, all others for those of the dump step. Where the restore leaves out a section, the run says `unproven`, as it',
    'should. Of the shop, rows of two tables are left out where rows are INSERT statements: pg_dump writes -0 as a bare number, which loses its sign (found, when they',
    'are not left out), and from 17 on partitions take no values for an identity that older ones do not share.',
    '',
    '`MATRIX=all npx vitest run test/integration/matrix` writes this page; a rotation of it is among the tests.',
    '',
    ...tables,
  ].join('\n');
  await writeFile(page, text);
}
