import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { PlannedDump } from '../plan/planned-dump.ts';
import { withMissingRolesOnly } from '../postgres/script/globals.ts';

/** A file that takes in one plain dump after another. */
export interface SingleFile {
  /** Moves a database's text to the end of the file, and says where it is now. */
  add(database: DumpedDatabase, signal: AbortSignal): Promise<DumpedDatabase>;
}

/**
 * Begins the file with the globals. Psql can load all of it into a cluster that has none of the databases: each text makes
 * its own and connects to it. That of `postgres`, which is there on every server, is loaded into what is there, as with
 * pg_dumpall.
 */
export async function beginSingleFile(
  { partial, globals }: Pick<PlannedDump, 'partial' | 'globals'>,
  name: string,
): Promise<SingleFile> {
  const file = join(partial, name);
  const text = globals === undefined ? '' : await readFile(join(partial, globals.path), 'utf8');
  await writeFile(file, withMissingRolesOnly(text), { mode: 0o600, flag: 'wx' });
  return {
    async add(database, signal) {
      const own = join(partial, database.path);
      const createsItself = database.options.includes('--create');
      await appendFile(file, heading(database.name) + (createsItself ? '' : `\\connect ${maintenance}\n\n`));
      const { size: start } = await stat(file);
      await pipeline(createReadStream(own), createWriteStream(file, { flags: 'a' }), { signal });
      await rm(own);
      const { size: end } = await stat(file);
      const { contents = '' } = database.plain ?? {};
      return { ...database, path: name, plain: { contents, start, bytes: end - start } };
    },
  };
}

const maintenance = 'postgres';

/** A name may hold a line end, and what follows would be no comment. */
function heading(name: string): string {
  return `--\n-- Database ${JSON.stringify(name)}\n--\n\n`;
}
