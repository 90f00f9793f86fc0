import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashFolder, listFiles } from '../../../src/dumpset/checksums.ts';
import { finishDumpSet } from '../../../src/dumpset/finish.ts';
import type { PlannedFetch, PlannedPublish } from '../../../src/plan/plan.ts';
import { githubPublished } from '../../../src/platform/github-published.ts';
import { plainPlatform } from '../../../src/platform/plain.ts';
import type { PublishedArtifact } from '../../../src/platform/platform.ts';
import { Secret } from '../../../src/secret.ts';
import { performFetch } from '../../../src/steps/fetch.ts';
import { performPublish } from '../../../src/steps/publish.ts';
import type { Runtime } from '../../../src/steps/runtime.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { type S3Server, startS3Server } from '../../support/s3-server/server.ts';
import { s3TestStore, someBytes, tinyPart } from '../../support/stored-objects.ts';
import { manifest } from '../../unit/plan/contexts.ts';
import { refusalOf } from '../../unit/refusal.ts';
import { testRuntime } from '../../unit/steps/runtimes.ts';
import { identityOf, recipientTextOf } from '../../unit/storage/age/keys.ts';
import { memoryObjects } from '../../unit/storage/packing.ts';

/**
 * Every stored file of every form, with one bit flipped at each hundredth of it (with EVERY_OFFSET at each byte), and cut
 * at each hundredth too: what is fetched is what was published, or nothing.
 */
const everyOffset = process.env['EVERY_OFFSET'] !== undefined;
let folder: string;
let s3: S3Server;
let original: Awaited<ReturnType<typeof hashFolder>>;
let encryption: PlannedPublish['encryption'];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'damage-'));
  s3 = await startS3Server({ smallestPart: tinyPart });
  const set = join(folder, 'set');
  for (const [name, content] of [
    ['app.dir/toc.dat', Buffer.from('toc')],
    ['app.dir/1.dat', someBytes(9_001)],
  ] as const) {
    await mkdir(dirname(join(`${set}.partial`, name)), { recursive: true });
    await writeFile(join(`${set}.partial`, name), content);
  }
  await finishDumpSet(set, `${set}.partial`, manifest(['app']));
  original = await hashFolder(set);
  const text = await recipientTextOf('a');
  encryption = { to: { kind: 'recipients', recipients: [{ kind: 'x25519', text }] }, checkWith: undefined };
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What is stored, file by file, and how it is changed. */
interface Stored {
  readonly runtime: Runtime;
  readonly to: PlannedPublish['to'];
  readonly source: PlannedFetch['source'];
  files(): Promise<ReadonlyMap<string, Buffer>>;
  change(file: string, content: Buffer): Promise<void>;
}

function inFolder(place: string): Stored {
  const path = join(place, 'stored', 'set');
  return {
    runtime: testRuntime(place).runtime,
    to: { kind: 'folder', path },
    source: { kind: 'folder', path, newest: undefined },
    files: async () => {
      const names = await listFiles(path);
      return new Map(await Promise.all(names.map(async name => [name, await readFile(join(path, name))] as const)));
    },
    change: (file, content) => writeFile(join(path, file), content),
  };
}

function inObjects(place: string, store: ObjectStore, objects: Map<string, Buffer>): Stored {
  return {
    runtime: testRuntime(place, { openStorage: async () => store }).runtime,
    to: { kind: 'storage', storage: 'it', name: 'set' },
    source: { kind: 'storage', storage: 'it', set: { name: 'set' } },
    files: async () => new Map(objects),
    change: async (file, content) => void objects.set(file, content),
  };
}

async function inS3(place: string): Promise<Stored> {
  s3.bucket.objects.clear();
  const { objects } = s3.bucket;
  const limits = { partBytes: tinyPart, memory: 4 * tinyPart };
  return {
    ...inObjects(place, s3TestStore(s3, {}, { limits }), new Map()),
    files: async () => new Map([...objects].map(([key, { body }]) => [key, body])),
    change: async (key, body) => {
      const held = objects.get(key);
      if (held !== undefined) objects.set(key, { ...held, body });
    },
  };
}

/** As GitHub's, in memory. `digests` are those of what was published, or of what is there now. */
async function asArtifacts(place: string, digests: 'published' | 'present'): Promise<Stored> {
  const files = new Map<string, Buffer>();
  const published = new Map<string, string>();
  const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
  const found = (name: string): PublishedArtifact => {
    const content = files.get(name) ?? Buffer.alloc(0);
    const digest = digests === 'present' ? sha256(content) : published.get(name);
    const [bytes, createdAt, repository] = [content.length, new Date(0), 'example/shop'];
    return { id: 1, name, bytes, sha256: digest, createdAt, repository, run: undefined, foreign: undefined };
  };
  const job = {
    find: async (name: string) => found(name),
    download: ({ name }: PublishedArtifact, to: string) => writeFile(join(to, name), files.get(name) ?? ''),
  };
  const rest = () => {
    throw new Error('there is no other run');
  };
  const { runtime } = testRuntime(place);
  const sink = { write: () => true };
  const plain = plainPlatform({ stdout: sink, stderr: sink, workspace: folder, temporary: place, interactive: false });
  const platform = {
    ...plain,
    publishedArtifacts: async () => githubPublished(rest, 'example/shop', job),
    artifacts: async () => ({
      async upload(file: string) {
        const [name, content] = [basename(file), await readFile(file)];
        files.set(name, content);
        published.set(name, sha256(content));
        return { id: '1', name, bytes: content.length, sha256: sha256(content), url: '' };
      },
      remove: async () => false,
    }),
  };
  return {
    runtime: { ...runtime, platform },
    to: { kind: 'artifact', name: 'set', retentionDays: undefined, overwrite: false },
    source: { kind: 'artifact', name: 'set', run: { kind: 'this' } },
    files: async () => new Map(files),
    change: async (file, content) => void files.set(file, content),
  };
}

function inMemory(place: string): Stored {
  const { store, objects } = memoryObjects();
  return inObjects(place, store, objects);
}

function flips(content: Buffer, count: number): readonly Buffer[] {
  return places(content, count).map((at, index) => {
    const changed = Buffer.from(content);
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << (index % 8)), at);
    return changed;
  });
}

function cuts(content: Buffer, count: number): readonly Buffer[] {
  return places(content, count).map(at => content.subarray(0, at));
}

function places({ length }: Buffer, count: number): readonly number[] {
  return [...new Set(Array.from({ length: count }, (_, index) => Math.floor((index * length) / count)))];
}

type Open = (place: string) => Stored | Promise<Stored>;
/** The last: how often it is changed less than said, where each try is slower. */
const forms: readonly (readonly [string, Open, boolean, number, number])[] = [
  ['a copy in a folder', inFolder, false, Number.POSITIVE_INFINITY, 4],
  ['packed', inMemory, false, 1e9, 1],
  ['packed, in parts', inMemory, false, 9_000, 2],
  ['packed, encrypted', inMemory, true, 1e9, 1],
  ['packed, encrypted, in parts', inMemory, true, 9_000, 2],
  ['packed in a folder, encrypted', inFolder, true, 1e9, 4],
  ['in S3', inS3, false, 1e9, 4],
  ['in S3, encrypted, in parts', inS3, true, 9_000, 10],
  ['an artifact', place => asArtifacts(place, 'published'), false, 1e9, 4],
  ['an artifact whose digest was made of damaged bytes', place => asArtifacts(place, 'present'), false, 1e9, 2],
  ['an artifact in parts', place => asArtifacts(place, 'published'), false, 9_000, 10],
  [
    'an artifact in parts, whose digests were made of damaged bytes',
    place => asArtifacts(place, 'present'),
    false,
    9_000,
    10,
  ],
  ['an encrypted artifact', place => asArtifacts(place, 'present'), true, 1e9, 2],
];

/** Damaged; none that is known; a part that is missing; S3's own checksum; an artifact without a byte. */
const refusals = ['PGR172', 'PGR171', 'PGR231', 'PGR232'];
/** What is encrypted looks as if it were not, where the first line is damaged. */
const ofFirstLine = ['PGR147'];
/** An artifact alone has no hash of ours: damage where the header of age names keys looks like one for another key. */
const ofHeaders = ['PGR145', 'PGR146'];

describe.each(forms)('%s', (name, open, encrypted, partBytes, less) => {
  const allowed = [
    undefined,
    ...refusals,
    ...(encrypted ? ofFirstLine : []),
    ...(name === 'an encrypted artifact' ? ofHeaders : []),
  ];
  test('is fetched as it was, or not at all', { timeout: everyOffset ? 3_600_000 : 60_000 }, async () => {
    const place = await mkdtemp(join(folder, 'run-'));
    const stored = await open(place);
    const { runtime } = stored;
    const plan: PlannedPublish = {
      kind: 'publish',
      title: 'publish',
      folder: join(folder, 'set'),
      to: stored.to,
      partBytes,
      encryption: encrypted ? encryption : undefined,
      allowPublic: undefined,
    };
    await performPublish(plan, runtime, new Map());
    const out = join(place, 'out');
    const back = join(out, 'back');
    const fetched = async () => {
      await mkdir(out, { recursive: true });
      const decryption = { kind: 'identities', identities: [new Secret(identityOf('a'))] } as const;
      const refusal = await refusalOf(() =>
        performFetch(
          {
            kind: 'fetch',
            title: 'fetch',
            source: stored.source,
            decryption: encrypted ? decryption : undefined,
            cache: false,
            folder: back,
            maximumBytes: 1e9,
            allowForeign: undefined,
          },
          runtime,
        ),
      );
      const got = refusal === undefined ? await hashFolder(back) : original;
      expect(got).toEqual(original);
      if (refusal === undefined) await rm(back, { recursive: true });
      expect(await readdir(out)).toEqual([]);
      expect((await readdir(place)).filter(name => !['out', 'stored'].includes(name))).toEqual([]);
      return refusal?.code;
    };
    expect(await fetched()).toBeUndefined();

    for (const [file, content] of await stored.files()) {
      const count = everyOffset ? { flips: content.length, cuts: 100 } : { flips: 100 / less, cuts: 100 / less ** 2 };
      const damaged = [...flips(content, count.flips), ...cuts(content, count.cuts)];
      for (const changed of damaged) {
        await stored.change(file, changed);
        expect(allowed).toContain(await fetched());
      }
      await stored.change(file, content);
    }
    expect(await fetched()).toBeUndefined();
  });
});
