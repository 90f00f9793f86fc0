import type { Secret } from '../secret.ts';

/** What a CI, or a terminal, gives to a run. Nothing here knows of Postgres. */
export interface Platform {
  readonly name: 'github' | 'plain';
  /** True where a line can be rewritten in place. */
  readonly interactive: boolean;
  /** Whether the log is to have all that other programs say, and not only what may be wrong. */
  readonly verbose: boolean;
  /** Where relative paths start and where output may go. */
  readonly workspace: string;
  /** A folder for what must not outlive the job. */
  readonly temporary: string;

  /** Prints our own words. Foreign names in them may not act as commands of the CI. */
  info(text: string): void;
  /** Prints what another program said, as it is, but unable to act as a command of the CI. */
  foreign(lines: readonly string[]): void;
  /** Shows a line that the next one replaces, where `interactive`; else does nothing. */
  transient(text: string): void;
  annotate(level: 'notice' | 'warning' | 'error', title: string, message: string, at?: SourcePosition): void;
  group<Result>(title: string, body: () => Promise<Result>): Promise<Result>;

  /** Hides every written form of a value from here on. */
  mask(value: string): void;
  output(name: string, value: string): void;
  /** Hands a secret to later steps, masked: the one output that is not redacted. */
  secretOutput(name: string, secret: Secret): void;
  /** Puts a folder before the PATH of later steps; nothing where there are none. */
  addPath(folder: string): void;
  summary(markdown: string): Promise<void>;

  /** What is known of the repository that this run belongs to; undefined outside a CI. */
  readonly repository: Repository | undefined;
  /** Names a file that a later step may attest to, where the CI has something for that. */
  declareSubject(file: string): Promise<void>;
  /** Keeps files from one run to the next; undefined where the CI has nothing for that. */
  readonly fileCache: FileCache | undefined;
  /** Opens the store for artifacts of this run, or says why there is none. */
  artifacts(): Promise<ArtifactStore>;
  /** Opens what runs have published, or says why that cannot be reached from here. */
  publishedArtifacts(signal: AbortSignal): Promise<PublishedArtifacts>;
}

export interface FileCache {
  /**
   * Gives `use` the file of a key: the one that the cache has, if it is sound, else the one that `write` makes, which the
   * cache has from then on. The file is gone afterwards. That the cache does not work is told, and nothing else.
   */
  withFile<Result>(
    key: string,
    file: { readonly write: (path: string) => Promise<void>; readonly isSound: (path: string) => Promise<boolean> },
    use: (path: string, from: 'cache' | 'source') => Promise<Result>,
  ): Promise<Result>;
}

export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Repository {
  readonly name: string;
  readonly visibility: 'public' | 'private' | 'unknown';
  /** The longest retention in days that the repository allows; undefined where it is not known. */
  readonly maximumRetentionDays: number | undefined;
}

export interface ArtifactStore {
  /** Uploads one finished file under its base name; `sha256` is what the store says it has received. */
  upload(file: string, options: { readonly retentionDays: number | undefined }): Promise<StoredArtifact>;
  /** Removes the artifact of that name that this run has made; false where there is none. */
  remove(name: string): Promise<boolean>;
}

export interface StoredArtifact {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Relative to the CI's own address, as an absolute one may be masked. */
  readonly url: string | undefined;
}

/** Whose artifact is meant. Without a repository, this one; without a branch, the default one. */
export type RunChoice =
  | { readonly kind: 'this' }
  | { readonly kind: 'one'; readonly id: number; readonly repository: string | undefined }
  /** The latest run that succeeded and has the artifact. */
  | {
      readonly kind: 'latest';
      readonly branch: string | undefined;
      /** The file name of its workflow; undefined for any. */
      readonly workflow: string | undefined;
      readonly repository: string | undefined;
    };

export interface PublishedArtifacts {
  /** Throws PGR231 where there is none. */
  find(name: string, run: RunChoice): Promise<PublishedArtifact>;
  /** Downloads it as one file into an empty folder and gives the path. Throws PGR172 if it is not what was published. */
  download(artifact: PublishedArtifact, folder: string): Promise<string>;
  /** Every artifact of this repository that has not expired. Throws PGR231 if not all of them could be listed. */
  list(): Promise<readonly PublishedArtifact[]>;
  remove(artifact: PublishedArtifact): Promise<void>;
}

export interface PublishedArtifact {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  /** As the store reports it; undefined where it reports none. */
  readonly sha256: string | undefined;
  readonly createdAt: Date;
  readonly repository: string;
  /** Undefined for the current run. */
  readonly run: number | undefined;
  /** Fits after "it comes from": why others than this repository may have made it; undefined where they may not. */
  readonly foreign: string | undefined;
}
