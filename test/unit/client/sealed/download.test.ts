import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { downloadPackage } from '../../../../src/client/sealed/download.ts';
import type { Mirror } from '../../../../src/client/sealed/mirrors.ts';
import { noProxy, type ProxySettings } from '../../../../src/client/sealed/proxy.ts';
import { refusalOf } from '../../refusal.ts';
import { lockedAs, sha256Of } from './crafted-package.ts';
import {
  type Behaviour,
  flood,
  hang,
  hangUp,
  redirect,
  send,
  sendChunked,
  stall,
  startMirror,
  status,
} from './mirror-server.ts';

const bytes = Buffer.from('the package '.repeat(10_000));
const wanted = lockedAs('zlib1g', bytes);
const wrong = Buffer.from(bytes);
wrong[500] = 0;

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-download-'));
  file = join(folder, 'package.deb');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Changes {
  readonly signal?: AbortSignal;
  readonly proxies?: ProxySettings;
  readonly idle?: number;
  readonly attempt?: number;
}

async function download(urls: readonly string[], changes: Changes = {}): Promise<readonly string[]> {
  const { signal = new AbortController().signal, proxies = noProxy, idle = 10_000, attempt = 10_000 } = changes;
  const asked: string[] = [];
  await downloadPackage(wanted, file, {
    mirrors: urls.map((url): Mirror => ({ archive: 'debian', url })),
    patience: { waits: [0, 1, 2], idle, attempt, slowest: 1_000_000 },
    proxies,
    agents: undefined,
    signal,
    onRequest: host => asked.push(host),
  });
  return asked;
}

async function expectPackage(): Promise<void> {
  expect((await readFile(file)).equals(bytes)).toBe(true);
}

describe('a download', () => {
  test('asks for the locked path below the mirror', async () => {
    await using mirror = await startMirror([send(bytes)]);
    await download([`${mirror.url}some/debian/`]);
    expect(mirror.asked).toEqual([`/some/debian/${wanted.path}`]);
    await expectPackage();
  });

  test('asks for the file as it is', async () => {
    const asked: unknown[] = [];
    const noted: Behaviour = (answer, request) => {
      asked.push(request.headers['accept-encoding']);
      send(bytes)(answer, request);
    };
    await using mirror = await startMirror([noted]);
    await download([mirror.url]);
    expect(asked).toEqual(['identity']);
  });

  test('may take longer than it may be silent', async () => {
    const slow: Behaviour = answer => {
      answer.writeHead(200, { 'content-length': bytes.length });
      const quarter = bytes.length / 4;
      for (const part of [0, 1, 2, 3]) {
        setTimeout(() => answer.write(bytes.subarray(part * quarter, (part + 1) * quarter)), part * 400);
      }
    };
    await using mirror = await startMirror([slow]);
    await download([mirror.url], { idle: 1_000 });
    expect(mirror.asked).toHaveLength(1);
    await expectPackage();
  });

  test.each<readonly [string, readonly Behaviour[]]>([
    ['without a length', [sendChunked(bytes)]],
    ['behind redirects', [redirect('/elsewhere'), redirect('further'), send(bytes)]],
    ['after a 403 and a 500', [status(403), status(500), send(bytes)]],
    ['after a 429 and a 503', [status(429), status(503), send(bytes)]],
    ['after a connection that broke', [hangUp(bytes), answer => answer.destroy(), send(bytes)]],
    ['after a short answer', [send(bytes.subarray(0, 100)), sendChunked(bytes.subarray(1)), send(bytes)]],
  ])('succeeds %s', async (_, behaviours) => {
    await using mirror = await startMirror(behaviours);
    await download([mirror.url]);
    expect(mirror.asked).toHaveLength(behaviours.length);
    await expectPackage();
  });

  test.each<readonly [string, Behaviour, number, number]>([
    ['answers 404', status(404), 1, 10_000],
    ['answers 410', status(410), 1, 10_000],
    ['answers 403 each time', status(403), 3, 10_000],
    ['answers 500 each time', status(500), 3, 10_000],
    ['is empty', send(Buffer.alloc(0)), 3, 10_000],
    ['says nothing', hang, 3, 50],
    ['stops in the middle', stall(bytes), 3, 50],
    ['sends wrong bytes', send(wrong), 1, 10_000],
    ['sends too much', send(Buffer.concat([bytes, bytes])), 1, 10_000],
    ['never stops', flood, 1, 10_000],
    ['redirects for ever', redirect('/again'), 18, 10_000],
    ['redirects to a file', redirect('file:///etc/passwd'), 3, 10_000],
  ])('goes on to the next mirror when one %s', async (_, behaviour, requests, idle) => {
    await using bad = await startMirror([behaviour]);
    await using good = await startMirror([send(bytes)]);
    await download([bad.url, good.url], { idle });
    expect(bad.asked).toHaveLength(requests);
    await expectPackage();
  });

  test('goes on when a mirror is not there at all', async () => {
    await using good = await startMirror([send(bytes)]);
    expect(await download(['http://127.0.0.1:9/', good.url])).toEqual([
      ...Array(3).fill('127.0.0.1:9'),
      `127.0.0.1:${good.port}`,
    ]);
  });

  test('takes only mirrors of its archive', async () => {
    await using other = await startMirror([send(bytes)]);
    const options = {
      patience: { waits: [0], idle: 1_000, attempt: 1_000, slowest: 1 },
      proxies: noProxy,
      agents: undefined,
    };
    const mirrors: readonly Mirror[] = [{ archive: 'pgdg', url: other.url }];
    const signal = new AbortController().signal;
    const problem = await refusalOf(() =>
      downloadPackage(wanted, file, { ...options, mirrors, signal, onRequest: () => {} }),
    );
    expect(problem).toMatchObject({
      code: 'PGR250',
      message: expect.stringContaining('no mirror has the archive debian'),
    });
    expect(other.asked).toEqual([]);
  });
});

describe('when no mirror has the package, it is said', () => {
  test('what each of them did', async () => {
    await using first = await startMirror([status(403)]);
    await using second = await startMirror([status(404)]);
    const problem = await refusalOf(() => download([first.url, second.url]));
    expect(problem).toMatchObject({
      code: 'PGR250',
      message: `zlib1g 1.0 could not be fetched: 127.0.0.1:${first.port} answered 403; 127.0.0.1:${second.port} answered 404`,
    });
  });

  test.each<readonly [string, Behaviour, string, string]>([
    ['wrong bytes', send(wrong), 'PGR251', `SHA-256 ${sha256Of(wrong)}, locked is ${wanted.sha256}`],
    ['too many', sendChunked(Buffer.concat([bytes, Buffer.from('x')])), 'PGR251', `more than ${bytes.length} of`],
    ['too few', send(bytes.subarray(1)), 'PGR250', `sent ${bytes.length - 1} of ${bytes.length} bytes`],
    ['silence', hang, 'PGR250', 'stalled'],
  ])('that it sent %s', async (_, behaviour, code, message) => {
    await using mirror = await startMirror([behaviour]);
    await using other = await startMirror([status(404)]);
    const problem = await refusalOf(() => download([mirror.url, other.url], { idle: 50 }));
    expect(problem).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('and no login of a mirror or proxy is shown', async () => {
    await using mirror = await startMirror([status(404)]);
    const login = mirror.url.replace('//', '//me:correct-horse@');
    expect(JSON.stringify(await refusalOf(() => download([login])))).not.toContain('horse');
  });
});

describe('a download ends', () => {
  test('when it is too slow although something comes all the time', async () => {
    const drip: Behaviour = answer => {
      answer.writeHead(200);
      const timer = setInterval(() => answer.write('x'), 10);
      answer.once('close', () => clearInterval(timer));
    };
    await using mirror = await startMirror([drip]);
    const problem = await refusalOf(() => download([mirror.url], { attempt: 100 }));
    expect(problem?.message).toContain('stalled');
  });

  test.each<readonly [string, Behaviour]>([
    ['nothing has come yet', hang],
    ['some has come', stall(bytes)],
    ['it is about to try again', status(500)],
  ])('by its signal when %s', async (_, behaviour) => {
    const controller = new AbortController();
    await using mirror = await startMirror([
      (answer, request) => {
        behaviour(answer, request);
        setTimeout(() => controller.abort(new Error('cancelled')), 20);
      },
      hang,
    ]);
    await expect(download([mirror.url], { signal: controller.signal })).rejects.toThrow('cancelled');
  });
});

test('a folder that is not there is not blamed on the mirror', async () => {
  await using mirror = await startMirror([send(bytes)]);
  await rm(folder, { recursive: true });
  await expect(download([mirror.url])).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});
