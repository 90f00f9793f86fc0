import type { Secret } from '../../secret.ts';

/** Everything that says where objects lie and how they are stored. Nothing else is looked at: no variable, no file. */
export interface S3Options extends S3Location {
  /** Of a storage that is not AWS; without it, AWS' own of the region. */
  readonly endpoint: URL | undefined;
  /** Part of each signature; storages that have no regions take any. */
  readonly region: string;
  /** Whether the bucket stands in the path of addresses, and not in their host name. */
  readonly pathStyle: boolean;
  readonly credentials: S3Credentials;
  /** Allows plain HTTP to a public address. */
  readonly allowInsecure: boolean;
  readonly encryption: ServerSideEncryption | undefined;
  /** As S3 calls it: `STANDARD_IA`. */
  readonly storageClass: string | undefined;
  readonly objectLock: ObjectLock | undefined;
  readonly checksum: UploadChecksum;
}

export interface S3Location {
  readonly bucket: string;
  /** What comes before each key, without slashes around it; empty for none. */
  readonly prefix: string;
}

export interface S3Credentials {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | undefined;
}

export type ServerSideEncryption =
  | { readonly kind: 'AES256' }
  /** Without a key, AWS' own for S3. */
  | { readonly kind: 'aws:kms'; readonly keyId: string | undefined };

/** Until when nobody may delete an object: counted from the upload. */
export interface ObjectLock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly days: number;
}

/**
 * What the storage is told beside each upload, besides the SHA-256 in its signature. It compares, and `SHA256` it also
 * keeps, so that what is read can be compared as well. Older storages know `Content-MD5` alone.
 */
export type UploadChecksum = 'SHA256' | 'Content-MD5';

/** The key of an object as the bucket has it. */
export function fullKey({ prefix }: S3Location, key: string): string {
  return prefix === '' ? key : `${prefix}/${key}`;
}

/** `s3://bucket/prefix`, or with a key of an object. */
export function placeOf(location: S3Location, key?: string): string {
  const { bucket, prefix } = location;
  const path = key === undefined ? prefix : fullKey(location, key);
  return path === '' ? `s3://${bucket}` : `s3://${bucket}/${path}`;
}
