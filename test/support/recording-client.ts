import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programPath } from '../../src/client/installation.ts';
import type { Program } from '../../src/postgres/process.ts';
import { clientFolder } from './client-tools.ts';

/** One start of a client program, as the program itself saw it. */
export interface RecordedStart {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface RecordingClient {
  /** To be named in `client.path`. */
  readonly folder: string;
  /** In the order in which they were started; asking for the version is no start. */
  starts(): Promise<readonly RecordedStart[]>;
}

const programs: readonly Program[] = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'];

/** Makes programs that write down how they were started and then become the real ones. Needs `/proc`. */
export async function makeRecordingClient(base: string): Promise<RecordingClient> {
  const [folder, records] = [join(base, 'client'), join(base, 'records')];
  await Promise.all([mkdir(folder), mkdir(records)]);
  for (const program of programs) {
    const real = programPath(clientFolder(), program);
    const script = `#!/bin/sh
case "$1" in --version) exec '${real}' --version;; esac
record='${records}/'$(date +%s%N)-$$-${program}
cat /proc/$$/environ > "$record.environment"
for argument; do printf '%s\\0' "$argument"; done > "$record.arguments"
exec '${real}' "$@"
`;
    await writeFile(join(folder, program), script, { mode: 0o755 });
  }
  return {
    folder,
    async starts() {
      const names = (await readdir(records)).filter(name => name.endsWith('.arguments')).toSorted();
      return Promise.all(names.map(name => readStart(records, name.replace(/\.arguments$/, ''))));
    },
  };
}

async function readStart(records: string, name: string): Promise<RecordedStart> {
  const read = async (kind: string) =>
    (await readFile(join(records, `${name}.${kind}`), 'utf8')).split('\0').slice(0, -1);
  const environment = (await read('environment')).map((line): [string, string] => {
    const at = line.indexOf('=');
    return [line.slice(0, at), line.slice(at + 1)];
  });
  return {
    program: name.slice(name.lastIndexOf('-') + 1),
    arguments: await read('arguments'),
    environment: Object.fromEntries(environment),
  };
}
