import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * What `pgcopydb compare` said of a change: nothing and status 0 (`-`), an error and this status, or nothing more as it
 * had crashed. An error with status 0 is one that no script sees.
 */
export type Said = '-' | `exit ${number}` | 'crash';

export interface SaidOfChange {
  readonly schema: Said;
  readonly data: Said;
}

/** The version on PATH that has `compare`; undefined where there is none, as it is none of this project's parts. */
export async function pgcopydbVersion(): Promise<string | undefined> {
  const help = await pgcopydb(['compare', 'schema', '--help']).catch(() => undefined);
  if (help === undefined || !help.said.includes('Compare source and target schema')) return undefined;
  return /pgcopydb version (\S+)/.exec((await pgcopydb(['--version'])).said)?.[1];
}

export async function pgcopydbCompare(source: string, target: string): Promise<SaidOfChange> {
  const compare = async (what: 'schema' | 'data'): Promise<Said> => {
    const folder = await mkdtemp(join(tmpdir(), 'pgcopydb-'));
    try {
      const args = ['compare', what, '--source', source, '--target', target, '--dir', join(folder, 'work')];
      const { status, said } = await pgcopydb(args);
      if (status === null) return 'crash';
      return status === 0 && !/ (?:ERROR|FATAL) /.test(said) ? '-' : `exit ${status}`;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return { schema: await compare('schema'), data: await compare('data') };
}

async function pgcopydb(args: readonly string[]): Promise<{ readonly status: number | null; readonly said: string }> {
  const child = spawn('pgcopydb', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, said: out + errors };
}
