import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionParameters } from '../../src/postgres/connection-parameters.ts';
import { createPace } from '../../src/postgres/throttle/pace.ts';
import { openProxy, type ProxyOptions } from '../../src/postgres/throttle/proxy.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../src/throwaway/throwaway-server.ts';
import { makePlace, runCli, startCli } from '../support/cli.ts';
import { processesAreVisible } from '../support/processes.ts';
import { programsOf, queryOn, urlOf } from '../support/servers.ts';
import { type Authority, hasOpenssl, issue, makeAuthority, pemOf } from './connection-certificates.ts';
import { parametersOn, psql, temporaryFolder } from './connection-psql.ts';

const openssl = await hasOpenssl();
const ioniceProgram = '/usr/bin/ionice';
const hasIonice = await promisify(execFile)(ioniceProgram).then(
  () => true,
  () => false,
);

/** What two long tables have on the wire, at the least. */
const tableBytes = 400_000;
const long = (name: string) =>
  `CREATE TABLE ${name} AS SELECT n, (SELECT string_agg(md5(n::text || k), '') FROM generate_series(1, 32) k) AS body FROM generate_series(1, 400) n;`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let authority: Authority;
let server: ThrowawayServer;

beforeAll(async () => {
  folder = await temporaryFolder();
  if (openssl) authority = await makeAuthority(folder.path, 'authority');
  const tls = openssl ? await pemOf(await issue(authority, 'server', 'server', 'DNS:localhost')) : undefined;
  server = await startThrowawayServer({ programs: await programsOf(), tls });
  await queryOn(server, 'postgres', 'CREATE DATABASE app');
  await queryOn(server, 'app', `${long('one')} ${long('two')}`);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** How the server is checked: by name, with the address beside it as a resolver could give another. */
const verified = (): Record<string, string> =>
  openssl
    ? { host: 'localhost', hostaddr: '127.0.0.1', sslmode: 'verify-full', sslrootcert: authority.certificateFile }
    : { host: 'localhost', hostaddr: '127.0.0.1' };

interface Passed {
  readonly at: number;
  readonly bytes: number;
}

const openFor = (parameters: ConnectionParameters, rate: number, passed: Passed[], more: Partial<ProxyOptions> = {}) =>
  openProxy({
    hosts: parameters.hosts,
    pace: createPace(rate, () => performance.now() / 1000),
    connectTimeout: 5,
    privateFolder: folder.path,
    onMoved: bytes => void passed.push({ at: performance.now() / 1000, bytes }),
    ...more,
  });

describe('the proxy', () => {
  test('keeps its pace over several connections, encrypted from end to end, and goes with its tools', async () => {
    const parameters = parametersOn(server, verified());
    const passed: Passed[] = [];
    const rate = 400_000;
    const proxy = await openFor(parameters, rate, passed);
    const through = { ...parameters, hosts: proxy.hosts as ConnectionParameters['hosts'], database: 'app' };
    expect(proxy.hosts).toEqual([{ host: 'localhost', address: '127.0.0.1', port: expect.any(Number) }]);
    const ask = (table: string) =>
      psql(through, `SELECT (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), body FROM ${table}`);
    const answers = await Promise.all([ask('one'), ask('two')]);
    for (const { status, stdout, stderr } of answers) {
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.split('\n')).toHaveLength(400);
      expect(stdout.startsWith(openssl ? 't' : 'f')).toBe(true);
    }
    const total = passed.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total).toBeGreaterThan(2 * tableBytes);
    const [first = { at: 0, bytes: 0 }] = passed;
    const seconds = (passed.at(-1)?.at ?? 0) - first.at;
    expect(total).toBeLessThanOrEqual(rate * (seconds + 0.05) + 2 * 20_000);

    await proxy[Symbol.asyncDispose]();
    await expect(psql(through, 'SELECT 1')).resolves.toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/refused/),
    });
  });

  test('is a private socket where the server is one', async () => {
    await using front = await openFor(parametersOn(server, { host: 'localhost' }), 1e9, []);
    const [behind] = front.hosts;
    // A socket that leads to the server stands in for the server's own.
    await using socket = await socketTo(behind?.port ?? 0);
    const passed: Passed[] = [];
    const parameters = parametersOn(server, { host: socket.folder, port: '5432' });
    await using proxy = await openFor(parameters, 1e9, passed);
    expect(proxy.hosts).toEqual([{ host: expect.stringContaining(folder.path), address: undefined, port: 5432 }]);
    const through = { ...parameters, hosts: proxy.hosts as ConnectionParameters['hosts'] };
    expect(await psql(through, 'SELECT 42')).toMatchObject({ status: 0, stdout: '42' });
    expect(passed.length).toBeGreaterThan(1);
  });

  test('leaves out hosts that do not answer, as the tools would', async () => {
    const closed = await openFor(parametersOn(server, verified()), 1e9, []);
    const [gone] = closed.hosts;
    await closed[Symbol.asyncDispose]();
    const parameters = parametersOn(server, verified());
    await using proxy = await openFor(parameters, 1e9, [], {
      hosts: [gone ?? parameters.hosts[0], parameters.hosts[0]],
    });
    const through = { ...parameters, hosts: proxy.hosts as ConnectionParameters['hosts'] };
    expect(await psql(through, 'SELECT 42')).toMatchObject({ status: 0, stdout: '42' });
  });

  test('ends what is under way when it goes', async () => {
    const parameters = parametersOn(server, verified());
    const proxy = await openFor(parameters, 1_000, []);
    const socket = connect({ host: '127.0.0.1', port: proxy.hosts[0]?.port ?? 0 });
    socket.on('error', () => {});
    const closed = new Promise(resolve => socket.once('close', resolve));
    socket.write(Buffer.alloc(100_000));
    socket.resume();
    await delay(50);
    await proxy[Symbol.asyncDispose]();
    await expect(closed).resolves.toBeDefined();
  });
});

async function ioClassOf(pid: number): Promise<string> {
  const { stdout } = await promisify(execFile)(ioniceProgram, ['-p', String(pid)]);
  return stdout.trim();
}

const step = (throttle: object) => ({
  from: 'source',
  to: 'dumps/set',
  format: 'directory',
  jobs: 2,
  compress: 'none',
  throttle,
});
const declared = (steps: readonly object[]) =>
  JSON.stringify({
    version: 1,
    connections: {
      source: {
        url: '${SOURCE_URL}',
        ...(openssl ? { sslmode: 'verify-full', sslrootcert: authority.certificateFile } : {}),
      },
      target: { url: '${TARGET_URL}' },
    },
    timeouts: { stall: '2s' },
    steps,
  });
const environment = () => ({
  SOURCE_URL: urlOf({ ...server, host: 'localhost' }, 'app'),
  TARGET_URL: urlOf(server, 'postgres'),
});

describe('a run', () => {
  test('dumps by two jobs and restores at a rate, takes neither for stalled, and is proven', async () => {
    await using place = await makePlace();
    const throttle = { rate: '300kB' };
    await place.write(
      'pg-roundtrip.yml',
      declared([
        { dump: step(throttle) },
        { restore: { into: 'target', as: { app: 'copy' }, throttle } },
        { verify: { level: 'content' } },
      ]),
    );
    const plan = await runCli(place, { environment: environment(), command: ['plan'] });
    expect(plan.stdout).toMatch(/throttled: at most 300 kB\/s between the tools and the server/);
    const end = await runCli(place, { environment: environment() });
    expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
    const [dump, restore] = end.report?.steps ?? [];
    expect(dump?.notes).toContainEqual('throttled: at most 300 kB/s between the tools and the server');
    // Not less than what the wire had to carry needs; a slow machine needs more.
    for (const one of [dump, restore]) expect(one?.seconds).toBeGreaterThan((2 * tableBytes) / 300_000);
    await queryOn(server, 'postgres', 'DROP DATABASE copy');
  });

  test.skipIf(!processesAreVisible)('has its tools and their jobs give way to other processes', async () => {
    await using place = await makePlace();
    await place.write('pg-roundtrip.yml', declared([{ dump: step({ rate: '100kB', nice: 10, ionice: 'idle' }) }]));
    const run = startCli(place, { environment: environment() });
    const dumping = async () =>
      (await place.processes()).filter(({ commandLine }) => commandLine.some(one => one.startsWith('--snapshot=')));
    // The leader and its two jobs.
    while ((await dumping()).length < 3) await delay(20);
    const tools = await dumping();
    const priorities = await Promise.all(
      tools.map(async ({ pid }) => (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')[16]),
    );
    expect(priorities).toEqual(tools.map(() => '10'));
    const classes = hasIonice ? await Promise.all(tools.map(({ pid }) => ioClassOf(pid))) : tools.map(() => 'idle');
    expect(classes).toEqual(tools.map(() => 'idle'));
    const own = (await readFile(`/proc/${run.pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')[16];
    expect(own).not.toBe('10');
    // While the tools run, they are reached by loopback alone, and nothing of that is left when they are ended.
    run.signal('SIGTERM');
    const end = await run.ended;
    expect(end.exitCode).toBe(130);
    expect(await place.processes()).toEqual([]);
    expect((await place.remains()).filter(path => !path.startsWith('workspace/dumps'))).toEqual([]);
  });

  test.skipIf(hasIonice && process.platform === 'linux')('says where the disk cannot be spared', async () => {
    await using place = await makePlace();
    await place.write('pg-roundtrip.yml', declared([{ dump: step({ ionice: 'idle' }) }]));
    const end = await runCli(place, { environment: environment() });
    expect(end.report?.steps[0]?.notes).toContainEqual(expect.stringMatching(/^ionice idle could not be set: /));
  });
});

/** A socket in a folder, as a server has one, that leads to a port. */
async function socketTo(port: number): Promise<{ readonly folder: string } & AsyncDisposable> {
  const { createServer } = await import('node:net');
  const place = await temporaryFolder();
  const listening = createServer(client => {
    const on = connect({ host: '127.0.0.1', port });
    client.pipe(on).pipe(client);
    for (const socket of [client, on]) socket.on('error', () => {});
  });
  await new Promise<void>(resolve => listening.listen(join(place.path, '.s.PGSQL.5432'), resolve));
  return {
    folder: place.path,
    [Symbol.asyncDispose]: async () => {
      listening.close();
      await place[Symbol.asyncDispose]();
    },
  };
}
