import { createHash } from 'node:crypto';

/** What the server holds; tests look at it. */
export interface Bucket {
  readonly name: string;
  readonly objects: Map<string, HeldObject>;
  readonly uploads: Map<string, HeldUpload>;
}

export interface HeldObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly modifiedAt: Date;
  /** As given with the upload: `x-amz-meta-…`, `x-amz-storage-class` and the like. */
  readonly properties: Readonly<Record<string, string>>;
  readonly checksum: string | undefined;
}

export interface HeldUpload {
  readonly key: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly initiatedAt: Date;
  readonly parts: Map<number, HeldPart>;
}

export interface HeldPart {
  readonly body: Buffer;
  readonly etag: string;
  readonly checksum: string | undefined;
}

export function md5(data: Buffer): Buffer {
  return createHash('md5').update(data).digest();
}

export function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
