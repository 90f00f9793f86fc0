import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asRoundtripError } from '../../../src/errors.ts';
import { passwordSource } from '../../../src/run/passwords.ts';
import { processesAreVisible } from '../../support/processes.ts';
import { parameters } from '../plan/contexts.ts';

let folder = '';
const signal = new AbortController().signal;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'passwords-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function asking(command: readonly string[], more: { readonly seconds?: number } = {}) {
  const masked: string[] = [];
  const clock = { now: 0 };
  const environment = { PATH: process.env['PATH'], OWN: 'kept', INPUT_TOKEN: 'no', ACTIONS_RUNTIME_TOKEN: 'no' };
  const source = passwordSource({
    environment,
    workspace: folder,
    mask: text => masked.push(text),
    now: () => clock.now,
  });
  const given = parameters({ password: undefined, passwordCommand: command, connectTimeout: more.seconds ?? 10 });
  return { masked, clock, ask: async () => (await source(given, signal)).password?.reveal() };
}

const node = (script: string, ...more: readonly string[]) => [process.execPath, '-e', script, ...more];

async function failure(command: readonly string[], seconds?: number) {
  const { ask, masked } = asking(command, seconds === undefined ? {} : { seconds });
  const error = await ask().then(
    () => undefined,
    (thrown: unknown) => asRoundtripError(thrown),
  );
  return { code: error?.code, message: error?.message ?? '', masked };
}

describe('a password command', () => {
  test.each([
    ['one line', 'secret', 'secret'],
    ['several lines', 'secret\nmore\n', 'secret'],
    ['a line end of Windows', 'secret\r\n', 'secret'],
    ['blanks and signs', ' a:b\\c\'"$(x) ü \n', ' a:b\\c\'"$(x) ü '],
  ])('gives the first line of its output: %s', async (_, output, expected) => {
    const { ask, masked } = asking(node('process.stdout.write(process.argv[1])', output));
    expect(await ask()).toBe(expected);
    expect(masked).toContain(expected);
  });

  test('runs without a shell, in the workspace, with the environment that a step would have', async () => {
    await writeFile(join(folder, 'here'), 'there');
    const script = `console.log([process.argv[1], require('node:fs').readFileSync('here'), process.env.OWN,
      process.env.INPUT_TOKEN, process.env.ACTIONS_RUNTIME_TOKEN].join('|'))`;
    expect(await asking(node(script, '$HOME; *')).ask()).toBe('$HOME; *|there|kept||');
  });

  test('runs once a minute, however many ask', async () => {
    const file = join(folder, 'asked');
    const { ask, clock } = asking(
      node(`require('node:fs').appendFileSync(process.argv[1], 'x'); console.log(Math.random())`, file),
    );
    const [first, second] = await Promise.all([ask(), ask()]);
    clock.now = 59_000;
    expect([second, await ask()]).toEqual([first, first]);
    clock.now = 61_000;
    expect(await ask()).not.toBe(first);
    expect(await readFile(file, 'utf8')).toBe('xx');
  });

  test('that failed is asked again', async () => {
    const script = `const fs = require('node:fs'), file = process.argv[1];
      if (fs.existsSync(file)) console.log('now'); else { fs.writeFileSync(file, ''); process.exit(1); }`;
    const { ask } = asking(node(script, join(folder, 'second')));
    await expect(ask()).rejects.toThrow('PGR207');
    expect(await ask()).toBe('now');
  });

  test.each([
    ['its exit code', 'process.exit(3)', 'exit code 3'],
    ['what it said', `console.error('token\\nis expired'); process.exit(1)`, 'exit code 1: token is expired'],
    ['that it printed nothing', `console.log('')`, 'no password in its first line'],
    ['that it was killed', `process.kill(process.pid, 'SIGKILL')`, 'SIGKILL'],
  ])('that fails says %s', async (_, script, expected) => {
    expect(await failure(node(script))).toMatchObject({ code: 'PGR207', message: expect.stringContaining(expected) });
  });

  test('that cannot be started says so', async () => {
    expect(await failure(['no-such-program'])).toMatchObject({
      code: 'PGR207',
      message: expect.stringContaining('no-such-program could not be run (ENOENT)'),
    });
  });

  test('shows no password when it fails', async () => {
    const script = `console.log('very secret'); console.error('refused: very secret'); process.exit(1)`;
    const { message, masked } = await failure(node(script));
    expect(message).toContain('refused: ***');
    expect(masked).toEqual(['very secret']);
  });

  test('that hangs is ended, with what it has started', async context => {
    context.skip(!processesAreVisible, 'processes cannot be looked at here');
    const file = join(folder, 'pid');
    const script = `const child = require('node:child_process').spawn('sleep', ['600']);
      require('node:fs').writeFileSync(process.argv[1], String(child.pid)); setInterval(() => {}, 1000)`;
    expect((await failure(node(script, file), 1)).message).toContain('has not ended after 1 s');
    const pid = await readFile(file, 'utf8');
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});

/** A zombie has ended, whoever has not taken notice yet. */
async function isRunning(pid: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) Z /.test(status);
}
