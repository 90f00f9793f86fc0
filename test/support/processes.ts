import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** The name of the program's file. */
  readonly program: string;
  readonly commandLine: readonly string[];
}

/** True where the processes of the machine can be looked at. */
export const processesAreVisible = process.platform === 'linux';

/** Processes that have a text in their environment, zombies not counted: what a run has started carries its marks. */
export async function processesMarked(mark: string): Promise<readonly RunningProcess[]> {
  const found = await Promise.all((await processIds()).map(pid => readMarked(pid, mark)));
  return found.filter(process => process !== undefined);
}

/** Command lines of all processes of the machine, arguments parted by NUL, as any user can read them. */
export async function allCommandLines(): Promise<readonly string[]> {
  return Promise.all((await processIds()).map(pid => read(pid, 'cmdline')));
}

async function processIds(): Promise<readonly number[]> {
  return (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
}

async function readMarked(pid: number, mark: string): Promise<RunningProcess | undefined> {
  if (!(await read(pid, 'environ')).includes(mark)) return undefined;
  // After the name, which is in parentheses: state, parent, group.
  const [state, parent, group] = (await read(pid, 'stat')).replace(/^.*\) /s, '').split(' ');
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
  const commandLine = (await read(pid, 'cmdline')).split('\0').slice(0, -1);
  if (state === undefined || state === 'Z' || program === '') return undefined;
  return { pid, parent: Number(parent), group: Number(group), program: basename(program), commandLine };
}

/** Empty for a process that has ended meanwhile or is not ours. */
function read(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}
