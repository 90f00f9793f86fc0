import { join, relative } from 'node:path';
import { programsFolder, type SealedFolder } from '../client/sealed/sealed-folder.ts';
import { sealedCommand } from '../client/sealed/start.ts';
import { bringTimezones } from '../client/sealed/timezones.ts';
import type { ServerPrograms } from './server-programs.ts';

/** How `postgres` is started; no shell is involved. */
export interface PostgresCommand {
  readonly path: string;
  /** What comes before the server's own arguments. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
}

export interface PostgresPlaces {
  /** Where the programs can be started from, see `usablePrograms`. */
  readonly folder: string;
  /** Of the server, with its socket and log. */
  readonly serverFolder: string;
  readonly dataFolder: string;
  /** All that the server is to get. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A sealed server brings its timezones where the machine has none; every other server knows itself where its are.
 *
 * @throws PGR253 for a sealed program that looks for them where it should not.
 */
export async function postgresCommand(
  { sealed }: Pick<ServerPrograms, 'sealed'>,
  { folder, serverFolder, dataFolder, environment }: PostgresPlaces,
): Promise<PostgresCommand> {
  const usual = { path: join(folder, 'postgres'), arguments: [], environment, workingFolder: serverFolder };
  if (sealed === undefined) return usual;
  const here: SealedFolder = { ...sealed, root: join(folder, relative(programsFolder(sealed.manifest), '')) };
  const file = await bringTimezones(here, { dataFolder, copy: join(serverFolder, 'with-timezones') });
  if (file === undefined) return usual;
  return { ...sealedCommand(here, 'postgres', [], environment, file), workingFolder: dataFolder };
}
