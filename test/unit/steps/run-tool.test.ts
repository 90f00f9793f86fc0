import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fault, RoundtripError } from '../../../src/errors.ts';
import type { Command, RunProcess } from '../../../src/postgres/process.ts';
import { runTool } from '../../../src/steps/run-tool.ts';
import { parameters, secrets } from '../plan/contexts.ts';
import { refusalOf } from '../refusal.ts';
import { testRuntime } from './runtimes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-tool-'));
});
afterEach(() => rm(folder, { recursive: true }));

const command: Command = {
  program: 'pg_restore',
  path: '/x/pg_restore',
  arguments: ['-x'],
  environment: { PGTZ: 'UTC' },
};

/** A tool that says these lines and ends with this code. */
function saying(lines: readonly string[], code = 0): RunProcess {
  return async (_, { onLine }) => {
    for (const line of lines) onLine(line);
    return code;
  };
}

const benign = [
  'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"',
  'Command was: SET transaction_timeout = 0;',
  '',
];
const ignored = (count: number) => `pg_restore: warning: errors ignored on restore: ${count}`;
const realError = 'pg_restore: error: could not execute query: ERROR:  division by zero';
const warnings = Array.from({ length: 3_000 }, (_, index) => `pg_restore: warning: number ${index}`);

describe('how a tool ends', () => {
  test.each<readonly [string, string, readonly string[], number]>([
    ['silently', 'well', [], 0],
    ['with progress', 'well', ['pg_restore: creating TABLE "a.b"'], 0],
    ['with a warning', 'well', ['pg_restore: warning: x'], 0],
    ['with benign errors alone', 'well', [...benign, ...benign, ignored(2)], 1],
    ['badly without a word', 'PGR210', [], 1],
    ['well in spite of an error', 'PGR210', [realError], 0],
    ['badly with an error', 'PGR210', [realError, ignored(1)], 1],
    ['with a benign and a real error', 'PGR210', [...benign, realError, ignored(2)], 1],
    ['with a real error behind many warnings', 'PGR210', [...benign, ...warnings, realError, ignored(2)], 1],
    ['badly after a benign error, not because of it', 'PGR210', benign, 1],
    ['with more ignored errors than benign ones', 'PGR210', [...benign, ignored(2)], 1],
    [
      'with benign errors of workers, which are not counted',
      'well',
      [...benign, ...benign, ...benign, ...benign, ignored(2)],
      1,
    ],
    ['with an error that workers have mixed up', 'PGR210', [...benign, ...benign, ...benign, ...benign, ignored(3)], 1],
    ['with another code after benign errors', 'PGR210', [...benign, ignored(1)], 3],
    ['badly with a warning alone', 'PGR210', [ignored(1)], 1],
    ['with the complaint of another program', 'PGR210', ['bash: cannot fork'], 0],
  ])('%s', async (_, expected, lines, code) => {
    const { runtime } = testRuntime(folder, { runProcess: saying(lines, code) });
    const refusal = await refusalOf(() => runTool(runtime, 'target', command));
    expect(refusal?.code ?? 'well').toBe(expected);
  });

  test('is told with its warnings; a benign error is told in words and not shown as it came', async () => {
    const { runtime, printed } = testRuntime(folder, {
      runProcess: saying(['pg_restore: creating TABLE "a.b"', 'pg_restore: warning: w', ...benign, ignored(1)], 1),
    });
    const { warnings } = await runTool(runtime, 'target', command);
    expect(warnings).toEqual([
      '1 error is of no account: the client sets transaction_timeout, which this older server does not have',
      'pg_restore: warning: w',
    ]);
    expect(printed.join('')).not.toContain('unrecognized configuration parameter');
  });
});

test('what it tells of its work comes with the moment of its last line, not of the next one', async () => {
  let now = 0;
  const lines = [
    'pg_restore: creating TABLE "a.b"',
    'pg_restore: warning: w',
    'pg_restore: creating INDEX "a.c"',
    'd"',
  ];
  const { runtime } = testRuntime(folder, {
    clock: { now: () => new Date(0), seconds: () => now },
    runProcess: async (_, { onLine }) => {
      for (const line of lines) {
        now += 10;
        onLine(line);
      }
      return 0;
    },
  });
  const told: unknown[] = [];
  await runTool(runtime, 'target', command, { onProgress: ({ text }, moment) => told.push([text, moment]) });
  expect(told).toEqual([
    ['pg_restore: creating TABLE "a.b"', 10],
    ['pg_restore: creating INDEX "a.c"\nd"', 40],
  ]);
});

test('a million errors are counted and told by the first ones, whatever they quote', async () => {
  const quoting = Array.from({ length: 12_000 }, (_, index) => [
    `pg_restore: error: could not execute query: ERROR:  role "r" does not exist`,
    `Command was: ${'x'.repeat(10_000)} ${index}`,
  ]);
  const { runtime } = testRuntime(folder, {
    runProcess: saying(quoting.flat(), 1),
    platform: { ...testRuntime(folder).runtime.platform, foreign: () => {} },
  });
  const refusal = await refusalOf(() => runTool(runtime, 'target', command));
  expect(refusal).toMatchObject({
    code: 'PGR164',
    message: expect.stringMatching(/\(and 9999 errors that follow from it\); and 2000 more errors that were not/),
  });
});

test('warnings and errors are shown, progress only where all is wanted', async () => {
  const { runtime, printed } = testRuntime(folder, {
    runProcess: saying(['pg_restore: creating TABLE "a.b"', 'pg_restore: warning: w', '::error::forged', realError]),
  });
  await refusalOf(() => runTool(runtime, 'target', command));
  expect(printed.join('')).toContain('pg_restore: warning: w\n');
  expect(printed.join('')).toContain(realError);
  expect(printed.join('')).not.toContain('creating');
  expect(printed.join('')).not.toMatch(/^::error/m);

  const { platform } = testRuntime(folder).runtime;
  const said: string[] = [];
  const all = testRuntime(folder, {
    runProcess: saying(['pg_restore: creating TABLE "a.b"', '::error::forged', 'pg_restore: warning: w']),
    platform: { ...platform, verbose: true, foreign: lines => said.push(...lines) },
  });
  await runTool(all.runtime, 'target', command);
  expect(said).toEqual(['pg_restore: creating TABLE "a.b"', '::error::forged', 'pg_restore: warning: w']);
});

test('passwords that a statement quotes are not shown, nor kept', async () => {
  const { runtime, printed } = testRuntime(folder, {
    runProcess: saying([
      'pg_restore: error: could not execute query: ERROR:  user mapping for "ann" already exists for server "srv"',
      'Command was: CREATE USER MAPPING FOR ann SERVER srv OPTIONS (',
      "    password 'correct ''horse', token 'horse'",
      ');',
      'pg_restore: error: could not execute query: ERROR:  syntax error at or near "x"',
      "LINE 3:     password 'correct horse' x",
    ]),
  });
  const refusal = await refusalOf(() => runTool(runtime, 'target', command));
  expect(printed.join('')).toContain("    password '…', token '…'\n);");
  expect(`${printed.join('')}${JSON.stringify(refusal)}`).not.toMatch(/correct|horse/);
  expect(refusal?.diagnosis?.said).toMatch(/OPTIONS \(\n {4}password …$/);
});

test('every line is a sign of life, and a table that begins is told', async () => {
  let touches = 0;
  const tables: string[] = [];
  const lines = ['pg_restore: creating TABLE "a.b"', 'pg_restore: processing data for table "a.b"', 'pg_restore: done'];
  const { runtime } = testRuntime(folder, { runProcess: saying(lines), touch: () => touches++ });
  await runTool(runtime, 'target', command, { onTable: name => tables.push(name) });
  expect(touches).toBe(lines.length);
  expect(tables).toEqual(['a.b']);
});

describe('credentials', () => {
  /** Looks at what a tool would see. */
  async function seen(connection: Parameters<typeof parameters>[0], end: () => Promise<number> = async () => 0) {
    let environment: Readonly<Record<string, string>> = {};
    const files: Record<string, string> = {};
    const modes = new Set<number>();
    const { runtime } = testRuntime(folder, {
      connections: { target: parameters(connection) },
      runProcess: async started => {
        environment = started.environment;
        for (const name of ['PGPASSFILE', 'PGSERVICEFILE']) {
          const path = environment[name];
          if (path === undefined) continue;
          files[name] = await readFile(path, 'utf8');
          modes.add((await stat(path)).mode & 0o777);
          modes.add((await stat(dirname(path))).mode & 0o777);
          expect(path.startsWith(folder)).toBe(true);
        }
        for (const secret of secrets) expect(JSON.stringify(started)).not.toContain(secret);
        return end();
      },
    });
    const ended: unknown = await runTool(runtime, 'target', command).catch((error: unknown) => error);
    return { environment, files, modes, left: await readdir(folder), ended };
  }

  test('are in files that only this user reads, and that are gone afterwards', async () => {
    const { files, modes, left, environment, ended } = await seen({});
    expect(files['PGPASSFILE']).toBe(`*:*:*:*:${secrets[0]}\n`);
    expect(files['PGSERVICEFILE']).toContain(`sslpassword=${secrets[1]}\n`);
    expect(modes).toEqual(new Set([0o600, 0o700]));
    expect(ended).toEqual({ warnings: [] });
    expect(left).toEqual([]);
    expect(environment).toMatchObject({ PGTZ: 'UTC', PGAPPNAME: 'us' });
  });

  test('of a connection without a password are an empty file, so that none of the user counts', async () => {
    const { tls } = parameters();
    const { files, ended } = await seen({ password: undefined, tls: { ...tls, keyPassword: undefined } });
    expect(files).toEqual({ PGPASSFILE: '' });
    expect(ended).toEqual({ warnings: [] });
  });

  test.each([
    ['fails', async () => 3],
    ['cannot be started', () => Promise.reject(fault('PGR212', 'not started', 'look'))],
  ])('are gone also when the tool %s', async (_, end) => {
    const { left, ended } = await seen({}, end);
    expect(left).toEqual([]);
    expect(ended).toBeInstanceOf(RoundtripError);
  });
});

test('the tool ends with the step, or with the signal that it was given', async () => {
  const own = new AbortController();
  const signals: AbortSignal[] = [];
  const { runtime } = testRuntime(folder, {
    runProcess: async (_, { signal }) => {
      signals.push(signal);
      return 0;
    },
  });
  await runTool(runtime, 'target', command);
  await runTool(runtime, 'target', command, { signal: own.signal });
  expect(signals).toEqual([runtime.signal, own.signal]);
});
