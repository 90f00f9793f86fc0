import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RoundtripError } from '../../src/errors.ts';
import { type Command, createProcessRunner } from '../../src/postgres/process.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'process-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

/** A program of Node's with this source, as if it were one of the client's. */
function script(source: string, environment: Readonly<Record<string, string>> = {}): Command {
  return { program: 'pg_dump', path: process.execPath, arguments: ['-e', source], environment };
}

interface Ran {
  /** What it ended with: its exit code, the code of our error, or the words of any other. */
  readonly outcome: number | string;
  readonly message: string;
  readonly lines: readonly string[];
}

async function run(command: Command, signal: AbortSignal = never, own: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const lines: string[] = [];
  try {
    const outcome = await createProcessRunner(own)(command, { signal, onLine: line => lines.push(line) });
    return { outcome, message: '', lines };
  } catch (error) {
    const outcome = error instanceof RoundtripError ? error.code : String(error);
    return { outcome, message: String(error), lines };
  }
}

/** Processes with this text among their arguments, zombies not counted. */
async function alive(mark: string): Promise<number> {
  const child = spawn('ps', ['-eo', 'stat,args', 'ww'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const listing = await text(child.stdout);
  return listing.split('\n').filter(line => line.includes(mark) && !line.startsWith('Z')).length;
}

/** Waits until a file holds something. */
async function written(path: string): Promise<string> {
  for (;;) {
    const content = await readFile(path, 'utf8').catch(() => '');
    if (content.endsWith('\n')) return content.trim();
    await sleep(20);
  }
}

describe('a program', () => {
  test('sees the allow-listed variables of ours, what is added, and English', async () => {
    const own = {
      TMPDIR: '/tmp/x',
      SSL_CERT_FILE: '/certs',
      KRB5CCNAME: 'FILE:/x',
      RUNNER_TRACKING_ID: 'mark',
      PATH: '/bin',
      HOME: '/root',
      LC_ALL: 'de_DE.UTF-8',
      LANG: 'de_DE.UTF-8',
      PGHOST: 'elsewhere',
      PGPASSWORD: 'correct horse',
      PGOPTIONS: '-c x=y',
      PGSERVICE: 'elsewhere',
      GITHUB_TOKEN: 'correct horse',
      INPUT_URL: 'correct horse',
      NODE_OPTIONS: '--inspect',
      LD_PRELOAD: '/evil.so',
      SSL_CERT_DIR: undefined,
    };
    const { lines } = await run(
      script('console.error(JSON.stringify(process.env))', { PGTZ: 'UTC', PGAPPNAME: 'us' }),
      never,
      own,
    );
    expect(JSON.parse(lines.join(''))).toEqual({
      TMPDIR: '/tmp/x',
      SSL_CERT_FILE: '/certs',
      KRB5CCNAME: 'FILE:/x',
      RUNNER_TRACKING_ID: 'mark',
      LC_ALL: 'C',
      PGTZ: 'UTC',
      PGAPPNAME: 'us',
    });
  });

  test('gets its arguments as they are, without a shell', async () => {
    const hostile = ['$(id)', '`id`', 'a b', "'", '"', '\\', '*', '; exit 9', '', 'ü\n'];
    const command = script('console.error(JSON.stringify(process.argv.slice(1)))');
    const { lines } = await run({ ...command, arguments: [...command.arguments, '--', ...hostile] });
    expect(JSON.parse(lines.join(''))).toEqual(hostile);
  });

  test('reads nothing, and what it prints goes nowhere', async () => {
    const { outcome, lines } = await run(
      script(`console.log('x'.repeat(1e6)); process.stdin.resume().once('end', () => console.error('end'))`),
    );
    expect({ outcome, lines }).toEqual({ outcome: 0, lines: ['end'] });
  });

  test.each([0, 1, 2, 255])('ends with %i', async code => {
    expect((await run(script(`process.exit(${code})`))).outcome).toBe(code);
  });
});

describe('lines of standard error', () => {
  test.each<readonly [string, string, readonly string[]]>([
    ['nothing', '', []],
    ['with line ends', 'a\nb\n', ['a', 'b']],
    ['without the last line end', 'a\nb', ['a', 'b']],
    ['with CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['with a CR at the very end', 'a\r', ['a\r']],
    ['with empty lines', '\n\na\n\n', ['', '', 'a', '']],
    ['with signs that end a line elsewhere', 'a\rb\u2028c\u2029d\u0085e\vf\fg\n', ['a\rb\u2028c\u2029d\u0085e\vf\fg']],
    ['that are not UTF-8', 'a\u00ff', ['a\u00ff']],
  ])('%s', async (_, written, lines) => {
    expect((await run(script(`process.stderr.write(${JSON.stringify(written)})`))).lines).toEqual(lines);
  });

  test('come whole although they were written in pieces', async () => {
    const { lines } = await run(
      script(`const bytes = Buffer.from('漢字😀\\r\\nend\\n');
        const next = at => at < bytes.length && process.stderr.write(bytes.subarray(at, at + 1), () => setTimeout(next, 2, at + 1));
        next(0)`),
    );
    expect(lines).toEqual(['漢字😀', 'end']);
  });

  test('are all there when the program has ended', async () => {
    const { lines } = await run(
      script(`for (let i = 0; i < 20000; i++) require('fs').writeSync(2, 'line ' + i + '\\n'); process.exit(3)`),
    );
    expect(lines).toHaveLength(20_000);
    expect(lines.at(-1)).toBe('line 19999');
  });

  test.each([
    ['in lines', `'x'.repeat(99) + '\\n'`],
    ['without a line end', `'x'.repeat(100)`],
  ])('of 200 MB %s need little memory', async (_, piece) => {
    let longest = 0;
    let total = 0;
    let peak = 0;
    const before = process.memoryUsage().rss;
    await createProcessRunner({})(
      script(`const chunk = (${piece}).repeat(10000);
        for (let i = 0; i < 200; i++) require('fs').writeSync(2, chunk) < chunk.length && process.exit(9)`),
      {
        signal: never,
        onLine: line => {
          total += line.length;
          longest = Math.max(longest, line.length);
          if (total % 100_000 < line.length) peak = Math.max(peak, process.memoryUsage().rss - before);
        },
      },
    );
    expect(total).toBeGreaterThan(190_000_000);
    expect(longest).toBeLessThan(2_000_000);
    expect(peak).toBeLessThan(150_000_000);
  });
});

describe('a program that cannot be started', () => {
  test.each<readonly [string, RegExp, (path: string) => Promise<unknown>]>([
    ['is not there', /ENOENT/, () => Promise.resolve()],
    ['is not executable', /EACCES/, path => writeFile(path, '#!/bin/sh\n')],
    ['is a folder', /EACCES/, path => mkdir(path)],
    [
      'has an interpreter that is not there',
      /ENOENT/,
      path => writeFile(path, '#!/no/where\n').then(() => chmod(path, 0o755)),
    ],
  ])('%s', async (name, words, make) => {
    const path = join(folder, name.replaceAll(' ', '-'));
    await make(path);
    const { outcome, message } = await run({ program: 'pg_restore', path, arguments: [], environment: {} });
    expect(outcome).toBe('PGR212');
    expect(message).toMatch(words);
    expect(message).toContain(`pg_restore could not be started from ${path}`);
  });

  test('below a file', async () => {
    const path = join(process.execPath, 'pg_dump');
    expect((await run({ program: 'pg_dump', path, arguments: [], environment: {} })).outcome).toBe('PGR212');
  });

  test('with more arguments than the system takes', async () => {
    const command = script('');
    const { outcome } = await run({ ...command, arguments: [...command.arguments, 'x'.repeat(10_000_000)] });
    expect(outcome).toBe('PGR212');
  });
});

describe('the end', () => {
  test.each(['SIGKILL', 'SIGSEGV', 'SIGTERM'])('by %s is an error that names it', async signal => {
    const { outcome, message } = await run(
      script(`process.kill(process.pid, '${signal}'); setTimeout(() => {}, 60000)`),
    );
    expect(outcome).toBe('PGR211');
    expect(message).toContain(signal);
  });

  test('before the beginning starts nothing', async () => {
    const path = join(folder, 'started');
    const reason = new Error('enough');
    const ran = await run(
      script(`require('fs').writeFileSync(${JSON.stringify(path)}, '')`),
      AbortSignal.abort(reason),
    );
    expect(ran.outcome).toBe('Error: enough');
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  /** A program with a child and a grandchild, none of which heeds SIGTERM; all carry the mark. */
  const family = (mark: string, ready: string, leader: string) =>
    script(`
      const source = "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); setInterval(() => {}, 1000); /* ${mark} */";
      const grandchild = source + "; require('fs').writeFileSync(" + ${JSON.stringify(JSON.stringify(ready))} + ", 'ready\\\\n')";
      const child = source + "; require('child_process').spawn(process.execPath, ['-e', " + JSON.stringify(grandchild) + "], { stdio: 'inherit' })";
      require('child_process').spawn(process.execPath, ['-e', child], { stdio: 'inherit' });
      process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
      ${leader}`);

  test('ends everything that was started within two seconds, whatever it thinks of that', async () => {
    const mark = `mark-${crypto.randomUUID()}`;
    const ready = join(folder, mark);
    const controller = new AbortController();
    const running = run(family(mark, ready, ''), controller.signal);
    await written(ready);
    expect(await alive(mark)).toBe(3);
    controller.abort(new Error('enough'));
    const limit = sleep(2_000, 'late', { ref: false });
    expect(await Promise.race([running.then(ran => ran.outcome), limit])).toBe('Error: enough');
    expect(await alive(mark)).toBe(0);
  });

  test('lets a program that heeds SIGTERM tidy up first', async () => {
    const tidied = join(folder, 'tidied');
    const controller = new AbortController();
    const running = createProcessRunner({})(
      script(`process.on('SIGTERM', () => { require('fs').writeFileSync(${JSON.stringify(tidied)}, 'x'); process.exit(0) });
        setInterval(() => {}, 1000); console.error('ready')`),
      { signal: controller.signal, onLine: () => controller.abort(new Error('enough')) },
    );
    await expect(running).rejects.toThrow('enough');
    expect(await readFile(tidied, 'utf8')).toBe('x');
  });

  test.each([
    ['is gone', 'process.exit(4)', 4],
    ['is killed', `process.kill(process.pid, 'SIGKILL')`, 'PGR211'],
  ])('of the first process ends the others too: it %s', async (_, leader, expected) => {
    const mark = `mark-${crypto.randomUUID()}`;
    const ready = join(folder, mark);
    const when = `const wait = setInterval(() => { if (require('fs').existsSync(${JSON.stringify(ready)})) { clearInterval(wait); ${leader} } }, 20)`;
    expect((await run(family(mark, ready, when))).outcome).toBe(expected);
    expect(await alive(mark)).toBe(0);
  });

  test('does not wait for a process that has left the group and holds the output', async () => {
    const stray = join(folder, 'stray');
    const { outcome } = await run(
      script(`const child = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { detached: true, stdio: 'inherit' });
        require('fs').writeFileSync(${JSON.stringify(stray)}, child.pid + '\\n'); child.unref(); process.exit(0)`),
    );
    const pid = Number(await written(stray));
    try {
      expect(outcome).toBe(0);
      expect(() => process.kill(pid, 0)).not.toThrow();
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  test('of many, one after another, leaves no listeners', async () => {
    const before = process.listenerCount('exit');
    for (let count = 0; count < 12; count++) await run({ ...script(''), path: '/bin/true', arguments: [] });
    expect(process.listenerCount('exit')).toBe(before);
  });
});

describe('what a program reads and writes', () => {
  const echo = script(
    // Node's own exit would throw away what nobody has read yet.
    "process.stdin.on('data', bytes => process.stdout.write(bytes)).on('end', () => { process.exitCode = 7 })",
  );
  const runner = createProcessRunner({});

  test('is handed over in full, however large', async () => {
    const pieces = Array.from({ length: 64 }, (_, index) => Buffer.alloc(100_000, index));
    async function* input() {
      yield* pieces;
    }
    const written: Buffer[] = [];
    const options = {
      signal: never,
      onLine: () => {},
      input: input(),
      onOutput: (bytes: Buffer) => written.push(bytes),
    };
    expect(await runner(echo, options)).toBe(7);
    expect(Buffer.concat(written).equals(Buffer.concat(pieces))).toBe(true);
  });

  test('is cut by a failure of the input, which kills the program before it sees an end', async () => {
    const mark = join(folder, 'ended');
    const program = script(`
      process.stdin.resume().on('end', () => require('fs').writeFileSync(${JSON.stringify(mark)}, ''))`);
    async function* input() {
      yield Buffer.from('x');
      await sleep(300);
      throw new Error('the disk is gone');
    }
    await expect(runner(program, { signal: never, onLine: () => {}, input: input() })).rejects.toThrow(
      'the disk is gone',
    );
    await expect(readFile(mark)).rejects.toThrow('ENOENT');
  });

  test('need not be read: the program has its own exit code, and the input is let go', async () => {
    let closed = false;
    async function* input() {
      try {
        for (;;) {
          yield Buffer.alloc(100_000);
          await sleep(1);
        }
      } finally {
        closed = true;
      }
    }
    const program = script('process.exit(3)');
    expect(await runner(program, { signal: never, onLine: () => {}, input: input() })).toBe(3);
    while (!closed) await sleep(10);
  });
});
