import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RoundtripError } from '../../../src/errors.ts';
import { copyRows } from '../../../src/postgres/archive/data/copy-rows.ts';
import { openArchiveData } from '../../../src/postgres/archive/data/members.ts';
import { readArchive } from '../../../src/postgres/archive/read.ts';
import { sealedClient } from '../../support/sealed.ts';
import {
  clientFolder,
  type FreshDatabase,
  freshDatabase,
  sharedServer,
  type TestServer,
} from '../../support/servers.ts';

const run = promisify(execFile);
const modern = await sealedClient(17);

/** Client folders and what each can write. */
const writers = [
  { client: clientFolder(), forms: ['-Fc -Z0', '-Fc -Z6', '-Fd -Z0', '-Fd -Z1'] },
  ...(modern.kind === 'available'
    ? [
        {
          client: modern.programs,
          forms: [
            '-Fc -Z none',
            '-Fc -Z gzip:1',
            '-Fc -Z lz4',
            '-Fc -Z zstd:3',
            '-Fd -Z none',
            '-Fd -Z gzip',
            '-Fd -Z lz4',
            '-Fd -Z zstd',
          ],
        },
      ]
    : []),
].flatMap(({ client, forms }) => forms.map(form => ({ client, form })));

describe('the data of an archive', () => {
  let server: TestServer;
  let database: FreshDatabase;
  let folder: string;
  let expected: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-data-'));
    server = await sharedServer();
    database = await freshDatabase(server);
    await database.query(`
      create table plain as select i as id, md5(i::text) || repeat(chr(97 + i % 26), i % 500) as words from generate_series(1, 20000) i;
      create table awkward (id int, "a ""b" text);
      insert into awkward values (1, '\\.'), (2, e'two\\nlines\\tand a tab'), (3, null), (4, ''), (5, '\\N'), (6, 'ünïcödé');
      create table none ();
      insert into none default values;
      insert into none default values;
      create table empty (id int);
      create table wide as select string_agg(md5(i::text), '') as words from generate_series(1, 60000) i;
      select lo_from_bytea(16385, 'a small one'::bytea), lo_from_bytea(16386, ''::bytea),
        lo_from_bytea(4000000000, decode(repeat('00ff10', 100000), 'hex'))`);
    expected = Object.fromEntries(
      await Promise.all(
        ['plain', 'awkward', 'none', 'empty', 'wide'].map(async name => [name, await copyHash(name)] as const),
      ),
    );
  });

  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function copyHash(table: string): Promise<string> {
    const { stdout } = await run(join(clientFolder(), 'psql'), ['-X', '-c', `copy ${table} to stdout`, connection()], {
      env: password(),
      encoding: 'buffer',
      maxBuffer: 1 << 28,
    });
    return createHash('sha256').update(stdout).digest('hex');
  }
  const connection = () => `host=${server.host} port=${server.port} user=${server.user} dbname=${database.name}`;
  const password = () => ({ ...process.env, PGPASSWORD: server.password.reveal() });

  test.each(writers)('$form by $client: every row and every large object, byte for byte', async ({ client, form }) => {
    const path = join(folder, randomBytes(6).toString('hex'));
    await run(join(client, 'pg_dump'), [...form.split(' '), '-f', path, connection()], { env: password() });
    expect(await hashes(path)).toEqual(expected);
    expect(await largeObjects(path)).toEqual({
      16385: sha256('a small one'),
      16386: sha256(''),
      4000000000: sha256(Buffer.from('00ff10'.repeat(100000), 'hex')),
    });
  });

  test('an archive that was written through a pipe', async () => {
    const path = join(folder, 'piped');
    const child = spawn(join(clientFolder(), 'pg_dump'), ['-Fc', connection()], {
      env: password(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await pipeline(child.stdout, createWriteStream(path));
    expect(await hashes(path)).toEqual(expected);
    expect(Object.keys(await largeObjects(path))).toHaveLength(3);
  });

  test.each(writers.filter(({ form }) => form.startsWith('-Fc')))(
    '$form by $client: no damage passes for data',
    async ({ client, form }) => {
      await database.query('create table if not exists small as select i, md5(i::text) from generate_series(1, 300) i');
      const path = join(folder, randomBytes(6).toString('hex'));
      await run(join(client, 'pg_dump'), [...form.split(' '), '-t', 'small', '-f', path, connection()], {
        env: password(),
      });
      const sound = await readFile(path);
      const { tocBytes, entries } = await readArchive(path);
      const right = await hashes(path);
      expect(entries.filter(entry => entry.description === 'TABLE DATA')).toHaveLength(1);
      const outcomes: string[] = [];
      for (let at = tocBytes; at < sound.length; at += 31) {
        const flipped = Buffer.from(sound);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
        outcomes.push(await judge(path, flipped, right));
        outcomes.push(`cut ${await judge(path, sound.subarray(0, at), right)}`);
      }
      const possible = new Set(['PGR302', 'cut PGR302', ...(checksummed(form) ? [] : ['other', 'same'])]);
      expect(outcomes.filter(outcome => !possible.has(outcome))).toEqual([]);
      expect(outcomes).toContain('PGR302');
    },
  );

  async function judge(path: string, bytes: Buffer, right: object): Promise<string> {
    await writeFile(path, bytes);
    try {
      return JSON.stringify(await hashes(path)) === JSON.stringify(right) ? 'same' : 'other';
    } catch (error) {
      return error instanceof RoundtripError ? error.code : String(error);
    }
  }
});

/** Only zlib's streams carry a checksum of the content; for the others the hashes of the dump set have to find it. */
function checksummed(form: string): boolean {
  return /gzip|Z6/.test(form);
}

async function hashes(path: string): Promise<Readonly<Record<string, string>>> {
  const archive = await readArchive(path);
  await using data = await openArchiveData(path, archive);
  const found: Record<string, string> = {};
  for (const entry of archive.entries.filter(({ description }) => description === 'TABLE DATA')) {
    const hash = createHash('sha256');
    for await (const bytes of copyRows(data.member(entry), path)) hash.update(bytes);
    found[entry.tag] = hash.digest('hex');
  }
  return found;
}

async function largeObjects(path: string): Promise<Readonly<Record<number, string>>> {
  const archive = await readArchive(path);
  await using data = await openArchiveData(path, archive);
  const found: Record<number, string> = {};
  for (const entry of archive.entries.filter(({ description }) => description === 'BLOBS')) {
    for await (const { oid, bytes } of data.largeObjects(entry)) {
      const hash = createHash('sha256');
      for await (const piece of bytes) hash.update(piece);
      found[oid] = hash.digest('hex');
    }
  }
  return found;
}

function sha256(value: string | Buffer): string {
  return createHash('sha256').update(value).digest('hex');
}
