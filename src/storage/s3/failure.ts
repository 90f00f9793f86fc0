/** Why one attempt has failed, whoever says so: the storage by its own code, or the network. */
export interface Failure {
  /** `SlowDown`, `ECONNRESET`, `stalled`; only letters, digits and underscores. */
  readonly code: string;
  /** Of HTTP, where an answer came. */
  readonly status: number | undefined;
  /** Where the bucket is, if the storage says that. */
  readonly region: string | undefined;
}

/** What is known of an error that the client threw. None of its texts: these may quote what was sent. */
export function failureOf(error: unknown): Failure {
  const status = numberAt(error, '$metadata', 'httpStatusCode') ?? numberAt(error, '$response', 'statusCode');
  const headers = at(at(error, '$response'), 'headers');
  const region = textAt(headers, 'x-amz-bucket-region') ?? textAt(error, 'Region');
  return {
    code: codeOf(error),
    status,
    region: region !== undefined && /^[a-z0-9-]{1,40}$/.test(region) ? region : undefined,
  };
}

function codeOf(error: unknown): string {
  const cause = at(error, 'cause');
  const named = [textAt(error, 'Code'), textAt(error, 'code'), textAt(cause, 'code'), textAt(error, 'name')];
  const code = named.find(text => text !== undefined && /^\w{1,80}$/.test(text));
  if (code === 'TimeoutError' || code === 'ETIMEDOUT') return 'stalled';
  return code === undefined || code === 'Error' || code === 'Unknown' || code === 'UnknownError' ? 'unknown' : code;
}

/** True where the same request may well succeed in a moment. */
export function isPassing({ code, status }: Failure): boolean {
  if (passingCodes.has(code)) return true;
  if (status === undefined) return !lastingCodes.has(code) && !/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code);
  // An answer that could not be read was cut off.
  if (status < 400) return true;
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}

/** True where nobody knows whether the storage has done what was asked. */
export function isAmbiguous({ code, status }: Failure): boolean {
  return code === 'AbortError' || status === undefined || status < 400 || status >= 500;
}

const passingCodes: ReadonlySet<string> = new Set([
  'SlowDown',
  'RequestTimeout',
  'InternalError',
  'ServiceUnavailable',
  'Throttling',
  'ThrottlingException',
  // Another request for the same object is being dealt with.
  'OperationAborted',
  'ConditionalRequestConflict',
  // What arrived was not what was sent.
  'BadDigest',
  'InvalidDigest',
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  // The client corrects its clock by that of the storage before it asks again.
  'RequestTimeTooSkewed',
]);

const lastingCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ERR_INVALID_CHAR', 'ERR_INVALID_URL', 'EPROTO']);

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function textAt(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function numberAt(value: unknown, ...keys: readonly string[]): number | undefined {
  const found = keys.reduce(at, value);
  return typeof found === 'number' ? found : undefined;
}
