import { readFile, writeFile } from 'node:fs/promises';
import type { Said, SaidOfChange } from './pgcopydb.ts';

/** What pgcopydb said of each change, by its statement: measured where it is installed, and kept beside the tests. */
export interface KeptResults {
  readonly version: string;
  readonly said: Readonly<Record<string, SaidOfChange>>;
}

/** Undefined where nothing was kept. */
export async function readKeptResults(path: string): Promise<KeptResults | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const kept = JSON.parse(text) as { readonly version: string; readonly said: Readonly<Record<string, string>> };
  const said = Object.entries(kept.said).map(([sql, both]) => {
    const [schema = '-', data = '-'] = both.split(', ') as readonly Said[];
    return [sql, { schema, data }] as const;
  });
  return { version: kept.version, said: Object.fromEntries(said) };
}

/** One line for each change: of the schema, of the data. */
export async function keepResults(path: string, { version, said }: KeptResults): Promise<void> {
  const lines = Object.entries(said).map(([sql, { schema, data }]) => [sql, `${schema}, ${data}`]);
  await writeFile(path, `${JSON.stringify({ version, said: Object.fromEntries(lines) }, undefined, 2)}\n`);
}
