import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool, type TestServer } from './client-tools.ts';
import { type FreshDatabase, freshDatabase } from './databases.ts';

/** Public sample databases. Nothing of them is kept here: they are read from the folder that PG_ROUNDTRIP_CORPORA names. */
const files = {
  pagila: 'pagila/pagila.sql',
  northwind: 'northwind/northwind.sql',
  chinook: 'chinook/Chinook_PostgreSql.sql',
  chinook_serial: 'chinook/Chinook_PostgreSql_SerialPKs.sql',
} as const;

export type Corpus = keyof typeof files;

export const corpora = Object.keys(files) as readonly Corpus[];

/** Why a sample database is not at hand; undefined if it is. For `context.skip(reason !== undefined, reason)`. */
export function corpusAbsence(name: Corpus): string | undefined {
  const folder = process.env['PG_ROUNDTRIP_CORPORA'];
  if (folder === undefined || folder === '') return 'PG_ROUNDTRIP_CORPORA names no folder with the sample databases';
  return existsSync(join(folder, files[name])) ? undefined : `${files[name]} is not in PG_ROUNDTRIP_CORPORA`;
}

/** Loads a sample database with the real psql into a fresh database. */
export async function loadCorpus(server: TestServer, name: Corpus): Promise<FreshDatabase> {
  const absence = corpusAbsence(name);
  if (absence !== undefined) throw new Error(absence);
  const script = await readFile(join(process.env['PG_ROUNDTRIP_CORPORA'] ?? '', files[name]), 'utf8');
  const database = await freshDatabase(server, { name });
  const parameters = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', database.name, '-f', '-'];
  const { status, stderr } = await runTool(server, 'psql', parameters, stayInDatabase(script));
  if (status === 0) return database;
  await database[Symbol.asyncDispose]();
  throw new Error(`psql could not load ${name}: ${stderr}`);
}

/** Some scripts make a database of a fixed name and connect to it, which tests that run side by side cannot share. */
function stayInDatabase(script: string): string {
  return script.replace(/^(?:DROP DATABASE|CREATE DATABASE|\\c) .*$/gm, '');
}
