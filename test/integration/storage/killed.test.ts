import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { finishDumpSet } from '../../../src/dumpset/finish.ts';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { listFolder } from '../../../src/storage/listing.ts';
import { listPackedSets } from '../../../src/storage/packed/list-packed.ts';
import { partialOf } from '../../../src/storage/partial-copy.ts';
import { makePlace, type Place, runCli, startCli } from '../../support/cli.ts';
import type { FaultKind, Operation } from '../../support/s3-server/faults.ts';
import { exampleLogin, type S3Server, startS3Server } from '../../support/s3-server/server.ts';
import { never, s3TestStore, someBytes } from '../../support/stored-objects.ts';
import { manifest } from '../../unit/plan/contexts.ts';
import { recipientTextOf } from '../../unit/storage/age/keys.ts';

/** Runs that are killed, or cancelled, while a dump set is on its way: what is there then, and whether it can go on. */
let place: Place;
const at = (name: string) => join(place.workspace, name);
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place[Symbol.asyncDispose]());

async function makeSet(bytes: number, sparse = 0): Promise<void> {
  await mkdir(at('set.partial/app.dir'), { recursive: true, mode: 0o700 });
  await writeFile(at('set.partial/app.dir/toc.dat'), 'toc');
  await writeFile(at('set.partial/app.dir/1.dat'), someBytes(bytes));
  if (sparse > 0) await truncate(at('set.partial/app.dir/1.dat'), sparse);
  await finishDumpSet(at('set'), at('set.partial'), manifest(['app']));
}

async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 45_000; Date.now() < end; await delay(10)) if (await isSo()) return;
  throw new Error(`never: ${what}`);
}

const declare = (steps: string, storages = '') =>
  place.write(
    'pg-roundtrip.yml',
    `version: 1\nconnections: { unused: { host: localhost } }\n${storages}steps:\n  - ${steps}\n`,
  );

describe('S3', () => {
  let s3: S3Server;
  const environment = {
    AWS_ACCESS_KEY_ID: exampleLogin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: exampleLogin.secretAccessKey,
    AWS_REGION: exampleLogin.region,
  };
  afterEach(() => s3[Symbol.asyncDispose]());

  /** Starts to publish, and gives the run when the storage has got the call that it does not answer. */
  async function startUntil(operation: Operation, call: number, what: FaultKind, publishing: string) {
    s3 = await startS3Server({ faults: [{ operation, calls: [call], what }] });
    const endpoint = `storages: { bucket: { s3: { bucket: backups, prefix: nightly, endpoint: "${s3.endpoint.href}" } } }\n`;
    await declare(`publish: { from: set, storage: bucket, name: one${publishing} }`, endpoint);
    const run = startCli(place, { environment });
    await eventually('the call that hangs', () => s3.calls.filter(one => one === operation).length === call);
    return run;
  }
  const listed = () => listPackedSets(s3TestStore(s3), never);
  const small = ', part-size: 10kB';

  test.each<[string, Operation, number, FaultKind, string, number, number]>([
    ['before its first part', 'PutObject', 1, 'hang', small, 30_000, 0],
    ['between its parts', 'PutObject', 3, 'hang', small, 30_000, 0],
    ['before its index', 'PutObject', 5, 'hang', small, 30_000, 0],
    ['after its index', 'PutObject', 5, 'hang after', small, 30_000, 1],
    ['in an object of several parts', 'UploadPart', 2, 'hang', '', 9_000_000, 0],
    ['before the parts are joined', 'CompleteMultipartUpload', 1, 'hang', '', 9_000_000, 0],
  ])('killed %s, it is no dump set unless it is whole, and goes through later', async (...scenario) => {
    const [, operation, call, what, publishing, bytes, sets] = scenario;
    await makeSet(bytes);
    const run = await startUntil(operation, call, what, publishing);
    // The server has to have done what it does before it falls silent.
    await eventually('the index', async () => (await listed()).sets.length === sets);
    run.signal('SIGKILL');
    await run.ended;
    const left = await listed();
    expect(left.sets.map(({ name }) => name)).toEqual(sets === 1 ? ['one'] : []);
    const again = await runCli(place, { environment });
    expect([again.exitCode, again.problem]).toEqual([0, undefined]);
    expect((await listed()).sets.map(({ name }) => name)).toEqual(['one']);
  });

  test.each<[string, Operation, number, string, number]>([
    ['between parts', 'PutObject', 3, small, 30_000],
    ['before its index', 'PutObject', 5, small, 30_000],
    ['in an object of several parts', 'UploadPart', 2, '', 9_000_000],
  ])('cancelled %s, nothing is left', async (_, operation, call, publishing, bytes) => {
    await makeSet(bytes);
    const run = await startUntil(operation, call, 'hang', publishing);
    run.signal('SIGINT');
    expect((await run.ended).exitCode).toBe(130);
    expect([...s3.bucket.objects.keys()]).toEqual([]);
    expect([...s3.bucket.uploads.keys()]).toEqual([]);
  });
});

/** A storage behind commands, in the folder `shelf`; it falls silent before or after it has stored what `hang` names. */
const shelf = `const fs = require('fs'), path = require('path');
const [what, from, to] = process.argv.slice(2);
const [when, end] = fs.existsSync('hang') ? fs.readFileSync('hang', 'utf8').split(' ') : [];
const hang = () => (fs.writeFileSync('hangs', ''), setInterval(() => {}, 1000));
if (what === 'list') {
  for (const one of fs.existsSync('shelf') ? fs.readdirSync('shelf', { recursive: true }) : [])
    if (fs.statSync('shelf/' + one).isFile()) console.log(one);
} else if (when === 'before' && to.endsWith(end)) hang();
else {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
  if (when === 'after' && to.endsWith(end)) hang();
}
`;

describe('commands', () => {
  const program = (...words: readonly string[]) => JSON.stringify([process.execPath, 'shelf.cjs', ...words]);
  const storage = `storages: { shelf: { command: {
    upload: ${program('put', '{file}', 'shelf/{key}')}, download: ${program('get', 'shelf/{key}', '{file}')}, list: ${program('list')} } } }\n`;

  test.each([
    ['between its parts', 'before .002', false],
    ['before its index', 'before index.json', false],
    ['after its index', 'after index.json', true],
  ])('killed %s, it is no dump set unless it is whole, and goes through later', async (_, hang, whole) => {
    await makeSet(30_000);
    await place.write('shelf.cjs', shelf);
    await place.write('hang', hang);
    await declare('publish: { from: set, storage: shelf, name: one, part-size: 10kB }', storage);
    const run = startCli(place);
    await eventually('the command is silent', async () => (await readdir(place.workspace)).includes('hangs'));
    run.signal('SIGKILL');
    await run.ended;
    // The command goes on by itself, as it would after any end of ours that nobody can catch.
    for (const { pid } of await place.processes()) process.kill(pid, 'SIGKILL');
    const listed = async () => (await listFolder(at('shelf'), never)).sets.map(({ name }) => name);
    expect(await listed()).toEqual(whole ? ['one'] : []);
    await place.write('hang', '');
    const again = await runCli(place);
    expect([again.exitCode, again.problem]).toEqual([0, undefined]);
    expect(await listed()).toEqual(['one']);
  });
});

describe('a folder', () => {
  const size = 200 << 20;
  const inside = async (path: string, pattern: RegExp) =>
    (await readdir(at(path), { recursive: true }).catch(() => [])).some(name => pattern.test(name));
  const copying = /^one\.[0-9a-f]{12}-\d+\.partial/;
  const listed = async (path: string) => (await listFolder(at(path), never)).sets.map(({ name }) => name);

  test.each([
    ['a copy', '', copying],
    ['an encrypted one', 'encrypt', /pg-roundtrip-partial$/],
  ])('%s that is killed is no dump set, and goes through later', async (_, encrypted, pattern) => {
    await makeSet(1000, size);
    const encrypt = encrypted === '' ? '' : `, encrypt: { recipients: [${await recipientTextOf('a')}] }`;
    await declare(`publish: { from: set, folder: backups/one${encrypt} }`);
    const run = startCli(place);
    await eventually('it is being written', () => inside('backups', pattern));
    run.signal('SIGKILL');
    await run.ended;
    expect(await listed('backups')).toEqual([]);
    const again = await runCli(place);
    expect([again.exitCode, again.problem]).toEqual([0, undefined]);
    expect(await listed('backups')).toEqual(['one']);
    expect(await inside('backups', copying)).toBe(false);
  });

  test('what is fetched and killed has no name, and is gone after the next run', async () => {
    await makeSet(1000, size);
    await declare('fetch: { folder: set, to: dumps/one }');
    const run = startCli(place);
    await eventually('it is being written', () => inside('dumps', copying));
    run.signal('SIGKILL');
    await run.ended;
    expect(await readdir(at('dumps'))).toEqual([expect.stringMatching(copying)]);
    const again = await runCli(place);
    expect([again.exitCode, again.problem]).toEqual([0, undefined]);
    expect(await readdir(at('dumps'))).toEqual(['one']);
    await checkDumpSet(at('dumps/one'));
  });

  test('what a run that is still at work is writing is left alone', async () => {
    await makeSet(1000);
    await declare('fetch: { folder: set, to: dumps/one }');
    await mkdir(partialOf(at('dumps/one')), { recursive: true });
    expect((await runCli(place)).problem?.code).toBe('PGR131');
    expect(await readdir(at('dumps'))).toEqual([expect.stringMatching(copying)]);
  });
});
