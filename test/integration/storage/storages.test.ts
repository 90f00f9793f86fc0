import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../../../src/cli/run-command.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { hashFolder } from '../../../src/dumpset/checksums.ts';
import { finishDumpSet } from '../../../src/dumpset/finish.ts';
import { plainPlatform } from '../../../src/platform/plain.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { serverProvider } from '../../../src/run/server-provider.ts';
import { type S3Server, startS3Server } from '../../support/s3-server/server.ts';
import { someBytes } from '../../support/stored-objects.ts';
import { manifest } from '../../unit/plan/contexts.ts';
import { identityOf, recipientTextOf } from '../../unit/storage/age/keys.ts';

/** Dump sets go to every kind of place and come back. What is in them does not matter here, so no server is needed. */
let s3: S3Server;
let recipient: string;
beforeAll(async () => {
  s3 = await startS3Server();
  recipient = await recipientTextOf('a');
});
afterAll(() => s3[Symbol.asyncDispose]());

let folder: string;
let printed: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storages-'));
  printed = [];
  s3.bucket.objects.clear();
  await makeSet('set', '2026-11-22T10:00:01.000Z');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function makeSet(name: string, finishedAt: string, database = 'app'): Promise<void> {
  const set = join(folder, name);
  const files = { [`${database}.dir/toc.dat`]: Buffer.from(name), [`${database}.dir/1.dat`]: someBytes(200_000) };
  await writeFiles(`${set}.partial`, files);
  await finishDumpSet(set, `${set}.partial`, { ...manifest([database]), finishedAt });
}

async function writeFiles(base: string, files: Readonly<Record<string, Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(base, path)), { recursive: true, mode: 0o700 });
    await writeFile(join(base, path), content);
  }
}

const node = JSON.stringify(process.execPath);
/** As rclone would, but with what node brings. */
const commandStorage = () => `
  shelf:
    command:
      upload: [${node}, -e, "const [a, b] = process.argv.slice(1); require('fs').mkdirSync(require('path').dirname(b), { recursive: true }); require('fs').copyFileSync(a, b)", "{file}", "${folder}/shelf/{key}"]
      download: [${node}, -e, "const [a, b] = process.argv.slice(1); require('fs').copyFileSync(a, b)", "${folder}/shelf/{key}", "{file}"]
      list: [${node}, -e, "const fs = require('fs'); const [a] = process.argv.slice(1); if (fs.existsSync(a)) for (const one of fs.readdirSync(a, { recursive: true })) if (fs.statSync(a + '/' + one).isFile()) console.log(one)", "${folder}/shelf"]
      delete: [${node}, -e, "require('fs').rmSync(process.argv[1])", "${folder}/shelf/{key}"]
  talkative:
    command:
      upload: [${node}, -e, "process.exit(1)", "{file}", "{key}"]
      download: [${node}, -e, "process.exit(1)", "{file}", "{key}"]
      list: [${node}, -e, "console.error('refused: ' + process.argv[1]); process.exit(1)", "token=\${TOKEN}"]`;

async function run(steps: string): Promise<RunReport> {
  const text = `version: 1
connections: { unused: { host: localhost } }
storages:
  bucket:
    s3: { bucket: backups, prefix: staging, endpoint: "${s3.endpoint.href}" }${commandStorage()}
steps:
${steps.replace(/^/gm, '  ')}
`;
  const sink = { write: (written: string) => printed.push(written) };
  const environment = {
    PATH: process.env['PATH'],
    AWS_ACCESS_KEY_ID: s3.login.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.login.secretAccessKey,
    AWS_REGION: s3.login.region,
    RECIPIENT: recipient,
    IDENTITY: identityOf('a'),
    OTHER: identityOf('b'),
    PASSPHRASE: 'correct horse battery staple of the tests',
    TOKEN: 'a token of the tests',
  };
  const report = await runCommand({
    readConfig: async () => parseConfig(text, { file: 'it', environment, workspace: folder, temporary: undefined }),
    platform: plainPlatform({ stdout: sink, stderr: sink, workspace: folder, temporary: folder, interactive: false }),
    environment,
    signal: new AbortController().signal,
    servers: serverProvider([]),
    reportPath: undefined,
  });
  // Whatever it was, and however it ended.
  const told = printed.join('') + JSON.stringify(report);
  const { AWS_SECRET_ACCESS_KEY, IDENTITY, OTHER, PASSPHRASE, TOKEN } = environment;
  for (const secret of [AWS_SECRET_ACCESS_KEY, IDENTITY, OTHER, PASSPHRASE, TOKEN]) expect(told).not.toContain(secret);
  return report;
}

async function expectSuccess(steps: string): Promise<RunReport> {
  const report = await run(steps);
  expect(report.steps.flatMap(({ problems }) => problems)).toEqual([]);
  expect(report.exitCode).toBe(0);
  return report;
}

async function refusalOf(steps: string): Promise<string | undefined> {
  const report = await run(steps);
  return report.steps.flatMap(({ problems }) => problems)[0]?.code;
}

const contentsOf = (name: string) => hashFolder(join(folder, name));

const places = [
  ['S3', 'storage: bucket, name: nightly', 'storage: bucket, name: nightly'],
  ['commands', 'storage: shelf, name: nightly', 'storage: shelf, name: nightly'],
  ['a folder', 'folder: backups/nightly', 'folder: backups/nightly'],
] as const;

const forms = [
  ['as it is', '', ''],
  ['in parts', ', part-size: 64kB', ''],
  [
    'for a recipient',
    ', encrypt: { recipients: ["${RECIPIENT}"] }, check-with: { identity: "${IDENTITY}" }',
    ', decrypt: { identity: "${IDENTITY}" }',
  ],
  [
    'for a recipient, in parts',
    ', part-size: 64kB, encrypt: { recipients: ["${RECIPIENT}"] }',
    ', decrypt: { identity: "${IDENTITY}" }',
  ],
] as const;

describe.each(places)('%s', (place, to, from) => {
  test.each(forms.filter(([form]) => place !== 'a folder' || form !== 'in parts'))(
    'a dump set comes back as it was, published %s',
    async (_, publishing, fetching) => {
      await expectSuccess(`- publish: { from: set, ${to}${publishing} }`);
      await expectSuccess(`- fetch: { ${from}${fetching}, to: back }`);
      expect(await contentsOf('back')).toEqual(await contentsOf('set'));
      // Once more, both ways: success without work.
      await expectSuccess(`- publish: { from: set, ${to}${publishing} }`);
      const again = await expectSuccess(`- fetch: { ${from}${fetching}, to: back }`);
      expect(again.steps[0]?.notes).toContain(`${join(folder, 'back')} holds this dump set already`);
    },
  );

  test('nothing is overwritten by another dump set', async () => {
    await expectSuccess(`- publish: { from: set, ${to} }`);
    await makeSet('other', '2026-11-23T10:00:01.000Z');
    expect(await refusalOf(`- publish: { from: other, ${to} }`)).toBe('PGR131');
    await expectSuccess(`- fetch: { ${from}, to: back }`);
    expect(await contentsOf('back')).toEqual(await contentsOf('set'));
  });

  test('what is encrypted needs what decrypts it', async () => {
    await expectSuccess(`- publish: { from: set, ${to}, encrypt: { recipients: ["\${RECIPIENT}"] } }`);
    expect(await refusalOf(`- fetch: { ${from}, to: back }`)).toBe('PGR146');
    expect(await refusalOf(`- fetch: { ${from}, to: back, decrypt: { identity: "\${OTHER}" } }`)).toBe('PGR145');
    expect(await readdir(folder)).not.toContain('back');
    expect(printed.join('')).not.toContain(identityOf('b'));
  });

  test('what is not encrypted is not taken for what was', async () => {
    await expectSuccess(`- publish: { from: set, ${to} }`);
    expect(await refusalOf(`- fetch: { ${from}, to: back, decrypt: { identity: "\${IDENTITY}" } }`)).toBe('PGR147');
    expect(await readdir(folder)).not.toContain('back');
  });

  test('what is not there is said', async () => {
    expect(await refusalOf(`- fetch: { ${from}, to: back }`)).toBe(place === 'a folder' ? 'PGR171' : 'PGR231');
  });
});

test('what a command of a storage is given by a variable is not repeated', async () => {
  const report = await run('- fetch: { storage: talkative, newest: any, to: back }');
  expect(report.steps[0]?.problems[0]).toMatchObject({
    code: 'PGR232',
    message: expect.stringContaining('refused: token=***'),
  });
});

test('a passphrase encrypts and decrypts', async () => {
  const key = '{ passphrase: "${PASSPHRASE}" }';
  await expectSuccess(`- publish: { from: set, folder: backups/secret, encrypt: ${key}, check-with: ${key} }`);
  await expectSuccess(`- fetch: { folder: backups/secret, to: back, decrypt: ${key} }`);
  expect(await contentsOf('back')).toEqual(await contentsOf('set'));
});

test('an identity that does not fit is noticed while it is encrypted, and nothing is stored', async () => {
  const encrypt = 'encrypt: { recipients: ["${RECIPIENT}"] }, check-with: { identity: "${OTHER}" }';
  expect(await refusalOf(`- publish: { from: set, storage: bucket, name: nightly, ${encrypt} }`)).toBe('PGR145');
  expect([...s3.bucket.objects.keys()]).toEqual([]);
});

describe('the newest', () => {
  beforeEach(async () => {
    await makeSet('younger', '2026-11-24T10:00:01.000Z');
  });

  test.each(places)('of %s is fetched', async (_, to) => {
    const in_ = (name: string) => to.replace('nightly', name);
    await expectSuccess(`- publish: { from: set, ${in_('first')}, encrypt: { recipients: ["\${RECIPIENT}"] } }`);
    await expectSuccess(`- publish: { from: younger, ${in_('second')} }`);
    const place = to.startsWith('folder') ? 'folder: backups' : (to.split(',')[0] ?? '');
    await expectSuccess(`- fetch: { ${place}, newest: any, to: back }`);
    expect(await contentsOf('back')).toEqual(await contentsOf('younger'));
    expect(await refusalOf(`- fetch: { ${place}, newest: verified, to: proven }`)).toBe('PGR231');
  });
});

const encrypt = 'encrypt: { recipients: ["${RECIPIENT}"] }';
const decrypt = 'decrypt: { identity: "${IDENTITY}" }';

test('a damaged one is no newest, counts for nothing when others are pruned, and is told of', async () => {
  for (const day of [21, 22, 23]) {
    await makeSet(`day-${day}`, `2026-11-${day}T10:00:01.000Z`);
    await expectSuccess(`- publish: { from: day-${day}, folder: backups/day-${day}, ${encrypt} }`);
  }
  const damaged = join(folder, 'backups/day-23');
  for (const name of await readdir(damaged)) if (name.endsWith('.age')) await rm(join(damaged, name));
  const fetched = await expectSuccess(`- fetch: { folder: backups, newest: any, ${decrypt}, to: back }`);
  expect(await contentsOf('back')).toEqual(await contentsOf('day-22'));
  expect(fetched.steps[0]?.notes).toEqual(['passed over, as no sound dump set: day-23']);

  const pruned = await expectSuccess('- prune: { folder: backups, keep: { last: 1 }, minimum: 0, dry-run: false }');
  expect((await readdir(join(folder, 'backups/day-22'))).length).toBe(2);
  expect(await readdir(join(folder, 'backups/day-21')).catch(() => [])).toEqual([]);
  expect(await readdir(damaged)).toEqual(['index.json']);
  expect(pruned.steps[0]?.result).toMatchObject({
    unknown: [{ name: 'day-23', reason: expect.stringMatching(/missing/) }],
  });
});

test('the newest of several databases is told to be one of several', async () => {
  await makeSet('other', '2026-11-23T10:00:01.000Z', 'other');
  for (const set of ['set', 'other'])
    await expectSuccess(`- publish: { from: ${set}, folder: backups/${set}, ${encrypt} }`);
  const { steps } = await expectSuccess(`- fetch: { folder: backups, newest: any, ${decrypt}, to: back }`);
  expect(steps[0]?.notes).toEqual([expect.stringMatching(/^the newest of all: .* 1 other server/)]);
});

describe('an index that lies is not believed', () => {
  test.each([
    ['about the time', { finishedAt: '2026-11-23T10:00:01.000Z' }],
    ['about the content', { dumpSet: '0'.repeat(64) }],
  ])('%s', async (_, lie) => {
    await expectSuccess(`- publish: { from: set, folder: backups/nightly, ${encrypt} }`);
    const path = join(folder, 'backups/nightly/index.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...lie }));
    expect(await refusalOf(`- fetch: { folder: backups, newest: any, ${decrypt}, to: back }`)).toBe('PGR172');
    expect(await readdir(folder)).not.toContain('back');
  });

  test('nor where the dump set of which it tells is there', async () => {
    await expectSuccess(`- publish: { from: set, folder: backups/nightly, ${encrypt} }`);
    await expectSuccess(`- fetch: { folder: backups/nightly, ${decrypt}, to: back }`);
    const path = join(folder, 'backups/nightly/index.json');
    const lie = { finishedAt: '2026-11-23T10:00:01.000Z' };
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...lie }));
    expect(await refusalOf(`- fetch: { folder: backups, newest: any, ${decrypt}, to: back }`)).toBe('PGR172');
  });
});

test('old ones are pruned wherever they are, and what is encrypted counts like the rest', async () => {
  for (const day of [21, 22, 23]) await makeSet(`day-${day}`, `2026-11-${day}T10:00:01.000Z`);
  for (const day of [21, 22, 23]) {
    await expectSuccess(`- publish: { from: day-${day}, storage: bucket, name: day-${day} }`);
    await expectSuccess(`- publish: { from: day-${day}, storage: shelf, name: day-${day} }`);
    const encrypt = day === 22 ? '' : ', encrypt: { recipients: ["${RECIPIENT}"] }';
    await expectSuccess(`- publish: { from: day-${day}, folder: backups/day-${day}${encrypt} }`);
  }
  const policy = 'keep: { last: 2 }, minimum: 0, dry-run: false';
  await expectSuccess(`- prune: { storage: bucket, ${policy} }`);
  await expectSuccess(`- prune: { storage: shelf, ${policy} }`);
  await expectSuccess(`- prune: { folder: backups, ${policy} }`);
  const left = (keys: readonly string[]) => [...new Set(keys.map(key => key.replace(/^.*(day-\d+).*$/, '$1')))].sort();
  expect(left([...s3.bucket.objects.keys()])).toEqual(['day-22', 'day-23']);
  expect((await readdir(join(folder, 'shelf/day-22'))).length).toBe(2);
  expect(await readdir(join(folder, 'shelf/day-21')).catch(() => [])).toEqual([]);
  expect(left(await readdir(join(folder, 'backups')))).toEqual(['day-22', 'day-23']);
});

describe('an address', () => {
  let address: string;
  let answer: (path: string) => Promise<Buffer | number>;
  const server = createServer((request, response) => {
    void answer(request.url ?? '').then(found => {
      if (typeof found === 'number') response.writeHead(found).end();
      else response.end(found);
    });
  });
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  beforeEach(async () => {
    await expectSuccess('- publish: { from: set, storage: shelf, name: nightly, part-size: 64kB }');
    answer = path => readFile(join(folder, 'shelf', path)).catch(() => 404);
  });
  const sha256 = async (path: string) =>
    createHash('sha256')
      .update(await readFile(join(folder, 'shelf', path)))
      .digest('hex');

  test('of an index leads to all of its parts', async () => {
    const hash = await sha256('nightly/index.json');
    await expectSuccess(`- fetch: { url: "${address}/nightly/index.json", sha256: ${hash}, to: back }`);
    expect(await contentsOf('back')).toEqual(await contentsOf('set'));
  });

  test('that leads to something else is refused', async () => {
    const steps = `- fetch: { url: "${address}/nightly/index.json", sha256: ${'a'.repeat(64)}, to: back }`;
    expect(await refusalOf(steps)).toBe('PGR172');
    const hash = await sha256('nightly/index.json');
    const [part = ''] = (await readdir(join(folder, 'shelf/nightly'))).filter(name => name.endsWith('.002'));
    await cp(join(folder, 'shelf/nightly', part.replace('.002', '.001')), join(folder, 'shelf/nightly', part));
    const again = `- fetch: { url: "${address}/nightly/index.json", sha256: ${hash}, to: back }`;
    expect(await refusalOf(again)).toBe('PGR172');
    expect(await readdir(folder)).not.toContain('back');
  });

  test('without a hash needs a reason, which the report repeats', async () => {
    const url = `url: "${address}/nightly/index.json"`;
    await expect(run(`- fetch: { ${url}, to: back }`)).resolves.toMatchObject({ exitCode: 2 });
    const report = await expectSuccess(`- fetch: { ${url}, to: back, allow-foreign: a server of our own }`);
    expect(report.steps[0]?.notes.join()).toContain('a server of our own');
  });

  test.each([
    ['that has nothing', 404, 'PGR231'],
    ['that is broken', 500, 'PGR232'],
  ])('%s is said', async (_, status, code) => {
    answer = async () => status;
    const url = `${address}/nightly/index.json?signature=not-to-be-shown`;
    expect(await refusalOf(`- fetch: { url: "${url}", sha256: ${'a'.repeat(64)}, to: back }`)).toBe(code);
    expect(printed.join('')).not.toContain('not-to-be-shown');
  });

  test('that gives more than is allowed is left', async () => {
    const steps = `- fetch: { url: "${address}/nightly/index.json", to: back, max-size: 100kB, allow-foreign: our own server }`;
    expect(await refusalOf(steps)).toBe('PGR176');
  });
});

describe('commands', () => {
  test('are told no key, and nothing that the CI gives to this process alone', async () => {
    const kept = `const fs = require('fs'); fs.appendFileSync('told', JSON.stringify([process.argv, process.env]))`;
    const command = (words: string) => `[${node}, -e, "${kept}; ${words}", "{file}", "{key}"]`;
    const copy = "const [a, b] = process.argv.slice(1); fs.mkdirSync('kept/nightly', { recursive: true });";
    const storages = `storages: { shelf: { command: { upload: ${command(`${copy} fs.copyFileSync(a, 'kept/' + b)`)}, download: ${command(`${copy} fs.copyFileSync('kept/' + b, a)`)}, list: ${command(`if (fs.existsSync('kept')) for (const one of fs.readdirSync('kept/nightly')) console.log('nightly/' + one)`)} } } }`;
    const ours = {
      INPUT_CONFIG: 'of the inputs',
      STATE_journal: 'of the state',
      PG_ROUNDTRIP_LOG: 'of our own',
      ACTIONS_RUNTIME_TOKEN: 'of the runtime',
    };
    await writeFile(join(folder, 'identity'), identityOf('a'), { mode: 0o600 });
    const key = 'identity-file: identity';
    const steps = [
      `- publish: { from: set, storage: shelf, name: nightly, encrypt: { recipients: [${recipient}] }, check-with: { ${key} } }`,
      `- fetch: { storage: shelf, name: nightly, to: back, decrypt: { ${key} } }`,
    ];
    for (const step of steps) {
      const report = await runWith(storages, step, ours);
      expect(report.steps.flatMap(({ problems }) => problems)).toEqual([]);
    }
    expect(await contentsOf('back')).toEqual(await contentsOf('set'));
    const told = await readFile(join(folder, 'told'), 'utf8');
    expect(told).toContain('nightly/index.json');
    for (const secret of [identityOf('a'), ...Object.values(ours)]) expect(told).not.toContain(secret);
  });

  test('that fail are quoted with their last words', async () => {
    const config = `
- publish: { from: set, storage: broken, name: nightly }`;
    const report = await runWith(
      `storages: { broken: { command: { upload: [${node}, "-e", "process.exit(1)", "{file}", "{key}"], download: [${node}, -e, "console.error('no such drive'); process.exit(3)", "{key}", "{file}"], list: [${node}, -e, "0"] } } }`,
      config,
    );
    expect(report.steps.flatMap(({ problems }) => problems)).toMatchObject([
      { code: 'PGR232', message: expect.stringContaining('could not store nightly/') },
    ]);
  });
});

function runWith(storages: string, steps: string, more: Readonly<Record<string, string>> = {}): Promise<RunReport> {
  const text = `version: 1\nconnections: { unused: { host: localhost } }\n${storages}\nsteps:\n${steps.replace(/^/gm, '  ')}\n`;
  const sink = { write: (written: string) => printed.push(written) };
  return runCommand({
    readConfig: async () => parseConfig(text, { file: 'it', environment: {}, workspace: folder, temporary: undefined }),
    platform: plainPlatform({ stdout: sink, stderr: sink, workspace: folder, temporary: folder, interactive: false }),
    environment: { PATH: process.env['PATH'], ...more },
    signal: new AbortController().signal,
    servers: serverProvider([]),
    reportPath: undefined,
  });
}
