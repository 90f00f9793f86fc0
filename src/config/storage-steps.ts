import type { RunChoice } from '../platform/platform.ts';
import type { Secret } from '../secret.ts';
import type { DecryptChoice, EncryptChoice } from '../storage/age/keys.ts';
import type { StorageCommands } from '../storage/command-objects.ts';
import type { RetentionPolicy } from '../storage/retention.ts';
import type { S3Options } from '../storage/s3/options.ts';

/** Where packed dump sets go to and come from. */
export type Storage =
  | { readonly kind: 's3'; readonly options: S3Options }
  | {
      readonly kind: 'command';
      readonly commands: StorageCommands;
      /** What of the commands came out of variables. */
      readonly secrets: readonly Secret[];
    };

export interface Encryption {
  readonly to: EncryptChoice;
  /** What proves, while it is written, that it can be read again; undefined where nothing is at hand. */
  readonly checkWith: DecryptChoice | undefined;
}

/** Of all dump sets that are there, or of those on record as proven. */
export type Newest = 'any' | 'verified';

export interface FetchStep {
  readonly kind: 'fetch';
  readonly source: /** With `newest`, the folder that holds several. */
    | { readonly kind: 'folder'; readonly path: string; readonly newest: Newest | undefined }
    | { readonly kind: 'artifact'; readonly name: string; readonly run: RunChoice }
    | {
        readonly kind: 'storage';
        readonly storage: string;
        readonly set: { readonly name: string } | { readonly newest: Newest };
      }
    | { readonly kind: 'url'; readonly url: Secret; readonly sha256: string | undefined };
  readonly decrypt: DecryptChoice | undefined;
  /** Whether the CI's cache keeps it for later runs. */
  readonly cache: boolean;
  /** Folder of the dump set. */
  readonly to: string;
  readonly maximumBytes: number;
  /** Why what comes from another repository, or from a run for a fork, may be trusted; undefined where it may not. */
  readonly 'allow-foreign': string | undefined;
}

export interface PublishStep {
  readonly kind: 'publish';
  /** Folder of a dump set; always resolved: the `to` of the nearest dump step before, when not given. */
  readonly from: string;
  readonly to:
    | { readonly kind: 'folder'; readonly path: string }
    | {
        readonly kind: 'artifact';
        readonly name: string;
        readonly retentionDays: number | undefined;
        /** Whether one of the same name that this run has made is removed before. */
        readonly overwrite: boolean;
      }
    | { readonly kind: 'storage'; readonly storage: string; readonly name: string };
  /** Most bytes of one object, or artifact, of what is packed. */
  readonly partBytes: number;
  readonly encrypt: Encryption | undefined;
  /** Why an unencrypted dump may be downloaded by anyone; undefined where it may not. */
  readonly 'allow-public': string | undefined;
}

export interface PruneStep {
  readonly kind: 'prune';
  readonly in:
    | { readonly kind: 'folder'; readonly path: string }
    | { readonly kind: 'storage'; readonly storage: string }
    /** A pattern with `*`. */
    | { readonly kind: 'artifacts'; readonly pattern: string };
  readonly policy: RetentionPolicy;
  readonly 'dry-run': boolean;
}
