import { expect } from 'vitest';
import { catalogue, type ErrorCode } from '../../../src/errors.ts';
import { makePlace, type Place, runCli } from '../../support/cli.ts';
import { bundledCommandLine } from '../action/job.ts';

/** What makes the command line end with one code. */
export interface ErrorCase {
  readonly code: ErrorCode;
  readonly name: string;
  readonly says: RegExp;
  readonly remedy: RegExp;
  /** Steps of a file with the connection `source`; DATABASE stands for the name of its database. */
  readonly steps?: readonly object[];
  readonly source?: object;
  readonly more?: object;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What lies in the place before. */
  readonly arrange?: (place: Place, dumped: string) => Promise<unknown>;
}

/** A database that there is, and a folder with a dump set of it called `set`. */
export interface Material {
  readonly url: string;
  readonly database: string;
  readonly dumped: string;
}

/** A declared file of one connection, `source`. */
export function trip(steps: readonly object[], source: object = { url: '${SOURCE_URL}' }, more: object = {}): string {
  return JSON.stringify({ version: 1, connections: { source }, ...more, steps });
}

interface Ending {
  readonly exitCode: number | null;
  readonly output: string;
  readonly bareStack: boolean;
  /** What lies there now and did not before. */
  readonly left: readonly string[];
}

/** Starts the command line, as users do, in a place of its own. */
export async function endOf(each: ErrorCase, { url, database, dumped }: Material): Promise<Ending> {
  await using place = await makePlace();
  await each.arrange?.(place, dumped);
  if (each.steps !== undefined)
    await place.write('trip.yml', trip(each.steps, each.source, each.more).replaceAll('DATABASE', database));
  const before = await place.remains();
  const { exitCode, output } = await runCli(place, {
    entry: bundledCommandLine(),
    command: each.command ?? ['run', 'trip.yml'],
    environment: { SOURCE_URL: url, ...each.environment },
  });
  const bareStack = /\n {4}at /.test(output);
  return { exitCode, output, bareStack, left: (await place.remains()).filter(path => !before.includes(path)) };
}

/** How it is to end: with the code, what is wrong and what to do, and with nothing left. */
export function expectedEnd({ code, says, remedy }: ErrorCase): object {
  const told = new RegExp(`^(?: {4}|error: )${code}:? .*${says.source}[^]*^ *→ .*${remedy.source}`, 'm');
  return { exitCode: catalogue[code].exit, output: expect.stringMatching(told), bareStack: false, left: [] };
}
