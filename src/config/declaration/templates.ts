import { nearest } from '../../postgres/connection/nearest.ts';
import { nameInPattern } from '../../postgres/pattern.ts';
import type { Objection } from '../schema/kind.ts';
import type { Environment } from '../source/variables.ts';

/** What `{date}`, `{time}`, `{run}` and `{sha}` stand for in names; undefined where it is not known. */
export type NameParts = Readonly<Record<'date' | 'time' | 'run' | 'sha', string | undefined>>;

const databasePart = '{database}';

/** The parts of this run: its time in UTC, and what the CI says of it. */
export function nameParts(now: Date, environment: Environment): NameParts {
  const [date = '', time = ''] = now.toISOString().split(/[T.]/);
  const first = (...names: readonly string[]) => names.map(name => environment[name]).find(Boolean);
  const attempt = Number(environment['GITHUB_RUN_ATTEMPT'] ?? '1');
  const run = first('GITHUB_RUN_ID', 'CI_PIPELINE_ID', 'BUILDKITE_BUILD_NUMBER');
  return {
    date,
    time: time.replaceAll(':', ''),
    // A run that is repeated must not meet the names of its first attempt.
    run: run !== undefined && attempt > 1 ? `${run}-${attempt}` : run,
    sha: first('GITHUB_SHA', 'CI_COMMIT_SHA', 'BUILDKITE_COMMIT')?.slice(0, 12),
  };
}

/** Replaces every part but `{database}`, which waits for the step that tells it. */
export function fillName(
  text: string,
  parts: NameParts,
  allowed: 'with database' | 'without database',
): { readonly value: string } | Objection {
  const known = Object.keys(parts);
  for (const [written, name = ''] of text.matchAll(/(?<!\$)\{([A-Za-z_]+)\}/g)) {
    if (written === databasePart) {
      if (allowed === 'with database') continue;
      const remedy = 'write the name itself; only `to` of a dump, and what is published, can be named so';
      return { code: 'PGR123', what: `${databasePart} stands for nothing here`, remedy };
    }
    if (!known.includes(name)) {
      const near = nearest(name, [...known, 'database']);
      const remedy = near === undefined ? `use ${known.map(one => `{${one}}`).join(', ')}` : `did you mean {${near}}?`;
      return { code: 'PGR123', what: `unknown part of a name: ${written}`, remedy };
    }
    if (parts[name as keyof NameParts] === undefined) {
      return {
        code: 'PGR124',
        what: `${written} is not known here`,
        remedy: 'it is one of a CI; use {date} and {time}',
      };
    }
  }
  const value = text.replace(
    /(?<!\$)\{([a-z]+)\}/g,
    (written, name: string) => parts[name as keyof NameParts] ?? written,
  );
  return { value };
}

/** Replaces `{database}` by the one database that a dump names; undefined where it is another number of them. */
export function fillDatabase(text: string, databases: readonly string[]): string | undefined {
  if (!text.includes(databasePart)) return text;
  const [pattern, ...others] = databases;
  const name = pattern === undefined || others.length > 0 ? undefined : nameInPattern(pattern);
  return name === undefined ? undefined : text.replaceAll(databasePart, () => fileName(name));
}

/** Nothing in it means anything to a file system, or to a store of artifacts. */
function fileName(database: string): string {
  return Array.from(Buffer.from(database, 'utf8'), byte => {
    const sign = String.fromCharCode(byte);
    return /[\w.-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
