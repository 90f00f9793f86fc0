import { join } from 'node:path';
import { measure } from './measure.ts';
import type { Surroundings, Way } from './ways.ts';

/** `pgcopydb clone`, which leaves no dump, and then `pgcopydb compare data`, each with as many jobs as cores where it has jobs. */
export function pgcopydbWay({ url, password, client, cores }: Surroundings, program: string): Way {
  const run = (folder: string, source: string, copy: string, ...parameters: readonly string[]) =>
    measure({
      program,
      arguments: [...parameters, '--source', url(source), '--target', url(copy), '--dir', folder],
      environment: { PGPASSWORD: password.reveal(), PATH: `${client.folder}:/usr/bin:/bin`, HOME: folder },
    });
  const jobs = String(cores);
  return {
    name: 'pgcopydb',
    async perform({ source, copy, folder }) {
      const created = await measure({
        program: join(client.folder, 'psql'),
        arguments: ['-Xqc', `create database ${copy} template template0`, '-d', url('postgres')],
        environment: { PGPASSWORD: password.reveal() },
      });
      const parameters = ['--table-jobs', jobs, '--index-jobs', jobs, '--skip-vacuum', '--skip-analyze'];
      const clone = await run(join(folder, 'clone'), source, copy, 'clone', ...parameters);
      const compare = await run(join(folder, 'compare'), source, copy, 'compare', 'data');
      return {
        total: created.seconds + clone.seconds,
        parts: { clone: created.seconds + clone.seconds, compare: compare.seconds },
      };
    },
  };
}

/** The version of a pgcopydb, or undefined where the program does not start. */
export async function pgcopydbVersion(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await measure({ program, arguments: ['--version'] });
    return /pgcopydb version (\S+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
