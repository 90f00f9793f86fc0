import { fault, type RoundtripError } from '../../errors.ts';
import type { Failure } from './failure.ts';

interface Explanation {
  readonly reason: string;
  readonly remedy: string;
}

/** What is asked of the storage, as its permissions are called. */
export type S3Permission =
  | 's3:PutObject'
  | 's3:GetObject'
  | 's3:ListBucket'
  | 's3:DeleteObject'
  | 's3:AbortMultipartUpload';

/**
 * The error for what could not be done in spite of every attempt. `what` says that, and ends before the reason:
 * `s3://bucket/key could not be read`.
 */
export function storageFault(
  what: string,
  failure: Failure,
  permission: S3Permission,
  cause?: unknown,
): RoundtripError {
  const { reason, remedy } = explain(failure, permission);
  return fault('PGR232', `${what}: ${reason}`, remedy, cause);
}

function explain(failure: Failure, permission: S3Permission): Explanation {
  const { code, status, region } = failure;
  const said = [status === undefined ? '' : `status ${status}`, code === 'unknown' ? '' : code];
  const details = said.filter(part => part !== '').join(', ');
  if (region !== undefined && regional.has(code)) {
    return { reason: `the bucket is in the region ${region} (${details})`, remedy: `write region: ${region}` };
  }
  const known = explanations[code] ?? (status === undefined ? byNetwork(code) : byStatus(status, permission));
  const { reason, remedy } = typeof known === 'function' ? known(permission) : known;
  return { reason: details === '' ? reason : `${reason} (${details})`, remedy };
}

const regional: ReadonlySet<string> = new Set([
  'PermanentRedirect',
  'TemporaryRedirect',
  'Redirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  '301',
  'unknown',
]);

const again = 'run it again later';
const keyRemedy = 'check access-key-id and secret-access-key, and that both belong together and to this storage';
const tokenRemedy = 'give the session-token that belongs to the access key, and get a new one where it has expired';
const regionRemedy = 'give the region and the endpoint of the bucket';

function refused(permission: S3Permission): Explanation {
  const kms = permission === 's3:PutObject' ? ', and the use of the key with server-side-encryption: aws:kms' : '';
  return { reason: 'the storage refused access', remedy: `allow these credentials ${permission} there${kms}` };
}

/** By S3's own codes, or those of Node. */
const explanations: Readonly<Record<string, Explanation | ((permission: S3Permission) => Explanation) | undefined>> = {
  NoSuchBucket: { reason: 'there is no such bucket', remedy: 'check the name of the bucket, and the endpoint' },
  InvalidBucketName: { reason: 'the storage does not take that name of a bucket', remedy: 'check the name' },
  AccessDenied: refused,
  AllAccessDisabled: refused,
  AccountProblem: { reason: 'there is a problem with the account', remedy: 'ask who runs the storage' },
  InvalidAccessKeyId: { reason: 'the storage does not know the access key', remedy: keyRemedy },
  SignatureDoesNotMatch: { reason: 'the secret access key is not that of the access key', remedy: keyRemedy },
  ExpiredToken: { reason: 'the session token has expired', remedy: tokenRemedy },
  InvalidToken: { reason: 'the session token is not valid', remedy: tokenRemedy },
  TokenRefreshRequired: { reason: 'the session token has expired', remedy: tokenRemedy },
  PermanentRedirect: { reason: 'the bucket is in another region or at another endpoint', remedy: regionRemedy },
  TemporaryRedirect: { reason: 'the bucket is in another region or at another endpoint', remedy: regionRemedy },
  AuthorizationHeaderMalformed: { reason: 'the region is not that of the bucket', remedy: regionRemedy },
  RequestTimeTooSkewed: {
    reason: 'the clock of this machine differs from that of the storage',
    remedy: 'set the clock of this machine',
  },
  SlowDown: { reason: 'the storage is too busy, also after several attempts', remedy: again },
  NotImplemented: {
    reason: 'the storage does not have something that is asked of it',
    remedy: 'leave out object-lock, storage-class and server-side-encryption, or give checksum: Content-MD5',
  },
  InvalidStorageClass: { reason: 'the storage does not have that storage class', remedy: 'check storage-class' },
  EntityTooLarge: { reason: 'the object is larger than the storage takes', remedy: 'dump less in one dump set' },
  QuotaExceeded: { reason: 'the storage is full', remedy: 'delete old dump sets, or enlarge the quota' },
  XMinioStorageFull: { reason: 'the storage is full', remedy: 'delete old dump sets, or enlarge the storage' },
  BadDigest: { reason: 'what arrived was not what was sent, also after several attempts', remedy: again },
  XAmzContentSHA256Mismatch: {
    reason: 'what arrived was not what was sent, also after several attempts',
    remedy: 'look for a proxy that changes requests on the way',
  },
  NoSuchUpload: {
    reason: 'its parts are gone, or an answer was lost that said they are joined',
    remedy: 'look whether the object is there, and allow these credentials s3:GetObject, so that this can be seen',
  },
  stalled: { reason: 'the storage stalled, also after several attempts', remedy: again },
  ENOTFOUND: { reason: 'the host is not known', remedy: 'check the endpoint and the region' },
  ECONNREFUSED: { reason: 'the host refused the connection', remedy: 'check the endpoint, and that it is running' },
};

function byStatus(status: number, permission: S3Permission): Explanation {
  if (status === 401 || status === 403) return refused(permission);
  if (status === 301 || status === 307) return { reason: 'the bucket is elsewhere', remedy: regionRemedy };
  if (status === 404) return { reason: 'it is not there', remedy: 'check bucket, prefix and endpoint' };
  if (status >= 500 || status === 429)
    return { reason: 'the storage did not do it, also after several attempts', remedy: again };
  if (status < 400) return { reason: 'the answer of the storage was not complete', remedy: again };
  return { reason: 'the storage refused the request', remedy: 'check the options of the storage, and its endpoint' };
}

function byNetwork(code: string): Explanation {
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code)) {
    const remedy = 'check the host of the endpoint; a certificate of your own is named by NODE_EXTRA_CA_CERTS';
    return { reason: 'the connection could not be encrypted or verified', remedy };
  }
  return { reason: 'the connection failed, also after several attempts', remedy: `check the network, or ${again}` };
}
