import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { programPath } from '../src/client/installation.ts';
import { chooseCompression, chooseJobs } from '../src/plan/choices.ts';
import type { Program } from '../src/postgres/process.ts';
import { measure } from './measure.ts';
import type { Place, Surroundings, Timing, Way, WayName } from './ways.ts';

/**
 * What the best script found sets for its sessions: an index is built by one process, as the jobs keep the cores busy, with
 * much memory; and no commit waits for the disk.
 */
const tunedSettings = '-c maintenance_work_mem=1GB -c max_parallel_maintenance_workers=0 -c synchronous_commit=off';

/** What people write in a shell: dump, create, restore, and no look at the result. */
export function scriptWays(surroundings: Surroundings): readonly Way[] {
  const { client, cores } = surroundings;
  const jobs = String(chooseJobs('auto', cores).value);
  const compress = chooseCompression('auto', client.version.major).value;
  return [
    script('naive', surroundings, { dump: ['-Fc'], restore: [], settings: '' }),
    script('tuned', surroundings, {
      dump: ['-Fd', '-j', jobs, '-Z', compress],
      restore: ['-j', jobs],
      settings: tunedSettings,
    }),
  ];
}

function script(
  name: WayName,
  { url, client, password }: Surroundings,
  options: { readonly dump: readonly string[]; readonly restore: readonly string[]; readonly settings: string },
): Way {
  const tool = (program: Program, ...parameters: readonly string[]) =>
    measure({
      program: programPath(client.folder, program),
      arguments: parameters,
      environment: { PGPASSWORD: password.reveal(), PGOPTIONS: options.settings },
    });
  return {
    name,
    async perform({ source, copy, folder }: Place): Promise<Timing> {
      const archive = join(folder, 'archive');
      const dump = await tool('pg_dump', ...options.dump, '-f', archive, '-d', url(source));
      const created = await tool('psql', '-Xqc', `create database ${copy} template template0`, '-d', url('postgres'));
      const restore = await tool('pg_restore', ...options.restore, '-d', url(copy), archive);
      return {
        total: dump.seconds + created.seconds + restore.seconds,
        parts: { dump: dump.seconds, restore: created.seconds + restore.seconds },
        written: await bytesIn(archive),
      };
    },
  };
}

/** Bytes of a file, or of all files below a folder. */
export async function bytesIn(path: string): Promise<number> {
  const about = await stat(path);
  if (!about.isDirectory()) return about.size;
  const sizes = await Promise.all((await readdir(path)).map(name => bytesIn(join(path, name))));
  return sizes.reduce((sum, each) => sum + each, 0);
}
