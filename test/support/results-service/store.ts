import { randomUUID } from 'node:crypto';

export interface Blob {
  readonly id: string;
  readonly blocks: Map<string, Buffer>;
  content: Buffer;
  contentType: string;
}

export interface StoredArtifact {
  readonly id: number;
  readonly run: string;
  readonly job: string;
  readonly name: string;
  readonly mimeType: string;
  readonly expiresAt: string | undefined;
  readonly blob: Blob;
  createdAt: string;
  finished: boolean;
  digest: string | undefined;
}

export interface CacheEntry {
  readonly id: number;
  readonly key: string;
  /** A hash of the cached paths and of how they are packed. */
  readonly version: string;
  readonly blob: Blob;
  finished: boolean;
}

/** A workflow run as the REST endpoints tell of it. */
export interface StoredRun {
  readonly id: number;
  readonly conclusion: string;
  /** Default: `schedule`. */
  readonly event?: string;
  readonly branch: string;
  /** Path of its workflow. */
  readonly path: string;
  /** The repository whose code it ran: another one for a pull request from a fork. */
  readonly headRepository: string;
}

/** What the service holds: artifacts by number, cache entries oldest first, blobs by identifier. */
export interface Store {
  readonly artifacts: Map<number, StoredArtifact>;
  readonly caches: CacheEntry[];
  readonly blobs: Map<string, Blob>;
  /** Runs by what artifacts name as theirs. One that is missing is a successful run on main. */
  readonly runs: Map<string, StoredRun>;
}

export function emptyStore(): Store {
  return { artifacts: new Map(), caches: [], blobs: new Map(), runs: new Map() };
}

export function addBlob(store: Store): Blob {
  const blob: Blob = { id: randomUUID(), blocks: new Map(), content: Buffer.alloc(0), contentType: '' };
  store.blobs.set(blob.id, blob);
  return blob;
}

/** An address that may be read or written by whoever has it; the signature is what the client masks. */
export function signedUrl(origin: string, { id }: Blob): string {
  return `${origin}/blob/${id}?sv=2025-11-05&sr=b&sig=signature%2Fof%2B${id}`;
}

export function addArtifact(
  store: Store,
  wanted: Pick<StoredArtifact, 'run' | 'job' | 'name' | 'mimeType' | 'expiresAt'>,
): StoredArtifact {
  const id = 101 + Math.max(0, ...[...store.artifacts.keys()].map(taken => taken - 100));
  const artifact: StoredArtifact = {
    ...wanted,
    id,
    blob: addBlob(store),
    createdAt: new Date().toISOString(),
    finished: false,
    digest: undefined,
  };
  store.artifacts.set(id, artifact);
  return artifact;
}

export function finishedArtifacts(store: Store, run?: string): readonly StoredArtifact[] {
  return [...store.artifacts.values()].filter(one => one.finished && (run === undefined || one.run === run));
}

/** The number by which the REST endpoints know a run: that of `run-1` is 4711, as in a test job's environment. */
export function runNumber(run: string): number {
  return 4710 + Number(run.replace(/\D/g, ''));
}

export function runOf(store: Store, artifact: Pick<StoredArtifact, 'run'>, repository: string): StoredRun {
  const usual = {
    conclusion: 'success',
    branch: 'main',
    path: '.github/workflows/test.yml',
    headRepository: repository,
  };
  return store.runs.get(artifact.run) ?? { id: runNumber(artifact.run), ...usual };
}
