import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { programPath } from '../src/client/installation.ts';
import { measure } from './measure.ts';
import type { Place, Surroundings, Way } from './ways.ts';

/**
 * What no tool can be faster than: all rows out over as many connections as cores, to nowhere; all rows in, from files on the
 * server itself and frozen, with the indexes and constraints built by pg_restore.
 */
export function floorWays({ url, password, client, cores }: Surroundings): readonly Way[] {
  const environment = { PGPASSWORD: password.reveal(), PGOPTIONS: '-c max_parallel_maintenance_workers=0' };
  const psql = (database: string, input: string) =>
    measure({
      program: programPath(client.folder, 'psql'),
      arguments: ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', url(database)],
      input,
      environment,
      discard: true,
    });
  const tool = (program: 'pg_dump' | 'pg_restore', ...parameters: readonly string[]) =>
    measure({ program: programPath(client.folder, program), arguments: parameters, environment });
  const tables = async (source: string): Promise<readonly Table[]> => {
    const listed = await measure({
      program: programPath(client.folder, 'psql'),
      arguments: ['-XqAt', '-d', url(source), '-c', tableQuery],
      environment,
    });
    return listed.stdout.split('\n').flatMap(line => {
      const [name, bytes] = line.split('|');
      return name === undefined || bytes === undefined ? [] : [{ name, bytes: Number(bytes) }];
    });
  };
  const archive = (folder: string) => join(folder, 'schema');
  return [
    {
      name: 'floor out',
      async perform({ source }) {
        const { seconds } = await each(shares(await tables(source), cores), share =>
          psql(source, share.map(({ name }) => `copy ${name} to stdout;\n`).join('')),
        );
        return { total: seconds, parts: {} };
      },
    },
    {
      name: 'floor in',
      async prepare({ source, folder }: Place) {
        await tool('pg_dump', '-Fc', '--schema-only', '-f', archive(folder), '-d', url(source));
        await mkdir(join(folder, 'rows'));
        // The server writes and reads here as another user.
        for (const open of [join(folder, '..'), folder, join(folder, 'rows')]) await chmod(open, 0o777);
        const all = await tables(source);
        await psql(
          source,
          all.map(({ name }, n) => `copy ${name} to '${join(folder, 'rows', String(n))}';\n`).join(''),
        );
      },
      async perform({ source, copy, folder }) {
        const all = (await tables(source)).map((table, n) => ({ ...table, file: join(folder, 'rows', String(n)) }));
        const created = await psql('postgres', `create database ${copy} template template0`);
        const made = await tool('pg_restore', '--section=pre-data', '-d', url(copy), archive(folder));
        const loaded = await each(shares(all, cores), share =>
          psql(
            copy,
            share
              .map(({ name, file }) => `begin; truncate ${name}; copy ${name} from '${file}' with (freeze); commit;\n`)
              .join(''),
          ),
        );
        const post = ['--section=post-data', '-j', String(cores), '-d', url(copy), archive(folder)];
        const built = await tool('pg_restore', ...post);
        return {
          total: created.seconds + made.seconds + loaded.seconds + built.seconds,
          parts: { data: loaded.seconds, 'post-data': built.seconds },
        };
      },
    },
  ];
}

interface Table {
  readonly name: string;
  readonly bytes: number;
}

const tableQuery = `select format('%I.%I', nspname, relname), pg_table_size(c.oid) from pg_class c
  join pg_namespace n on n.oid = relnamespace
  where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema') order by 2 desc, 1`;

/** The tables, biggest first, each given to the connection that has least. */
export function shares<T extends Table>(tables: readonly T[], count: number): readonly (readonly T[])[] {
  const all = Array.from({ length: count }, (): { bytes: number; tables: T[] } => ({ bytes: 0, tables: [] }));
  for (const table of tables.toSorted((one, other) => other.bytes - one.bytes)) {
    const least = all.reduce((best, share) => (share.bytes < best.bytes ? share : best));
    least.bytes += table.bytes;
    least.tables.push(table);
  }
  return all.map(share => share.tables).filter(share => share.length > 0);
}

async function each<T>(
  items: readonly T[],
  perform: (item: T) => Promise<unknown>,
): Promise<{ readonly seconds: number }> {
  const started = performance.now();
  await Promise.all(items.map(perform));
  return { seconds: (performance.now() - started) / 1000 };
}
