import { type Answer, element, empty, Refusal, xml } from './answer.ts';
import { type Bucket, type HeldObject, md5, sha256 } from './bucket.ts';

export interface Call {
  readonly bucket: Bucket;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly rules: Rules;
}

export interface Rules {
  /** How the server takes `If-None-Match`: some do not know it, and say so or not. */
  readonly conditions: 'kept' | 'refused' | 'ignored';
  /** Whether it knows `x-amz-checksum-sha256`; one that does not ignores it. */
  readonly checksums: boolean;
  /** Bytes of all parts but the last. */
  readonly smallestPart: number;
  /** Objects of one page of a list. */
  readonly pageSize: number;
}

export function putObject(call: Call): Answer {
  checkBody(call);
  checkFree(call);
  const checksum = call.rules.checksums ? call.headers['x-amz-checksum-sha256'] : undefined;
  const held = hold(call, call.body, `"${md5(call.body).toString('hex')}"`, checksum);
  return empty(200, { etag: held.etag, ...(checksum === undefined ? {} : { 'x-amz-checksum-sha256': checksum }) });
}

/** Makes an object of it. */
export function hold(
  { bucket, key, headers }: Pick<Call, 'bucket' | 'key' | 'headers'>,
  body: Buffer,
  etag: string,
  checksum: string | undefined,
): HeldObject {
  const held = { body, etag, modifiedAt: new Date(), properties: propertiesIn(headers), checksum };
  bucket.objects.set(key, held);
  return held;
}

export function propertiesIn(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept =
    /^(?:x-amz-(?:meta-.*|storage-class|server-side-encryption.*|object-lock-.*|checksum-algorithm)|content-type)$/;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.test(name)));
}

/** What arrived has to be what its checksums say; with a lock there has to be one. */
export function checkBody({ headers, body, rules }: Call): void {
  const told = headers['content-md5'];
  if (told !== undefined && told !== md5(body).toString('base64')) throw new Refusal(400, 'BadDigest');
  const checksum = headers['x-amz-checksum-sha256'];
  if (rules.checksums && checksum !== undefined && checksum !== sha256(body).toString('base64')) {
    throw new Refusal(400, 'BadDigest');
  }
  if (headers['x-amz-object-lock-mode'] !== undefined && told === undefined && checksum === undefined) {
    throw new Refusal(400, 'InvalidRequest');
  }
}

export function checkFree({ bucket, key, headers, rules }: Call): void {
  const condition = headers['if-none-match'];
  if (condition === undefined || rules.conditions === 'ignored') return;
  if (rules.conditions === 'refused') throw new Refusal(501, 'NotImplemented', { Header: 'If-None-Match' });
  if (condition !== '*') throw new Refusal(501, 'NotImplemented');
  if (bucket.objects.has(key)) throw new Refusal(412, 'PreconditionFailed', { Condition: 'If-None-Match' });
}

export function getObject({ bucket, key, headers }: Call): Answer {
  const held = bucket.objects.get(key);
  if (held === undefined) throw new Refusal(404, 'NoSuchKey', { Key: key });
  if (headers['if-match'] !== undefined && headers['if-match'] !== held.etag) {
    throw new Refusal(412, 'PreconditionFailed', { Condition: 'If-Match' });
  }
  const facts = { etag: held.etag, 'last-modified': held.modifiedAt.toUTCString(), ...held.properties };
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers['range'] ?? '');
  if (range === null) return { status: 200, headers: facts, body: held.body };
  const total = held.body.length;
  const from = Number(range[1]);
  const to = range[2] === '' ? total - 1 : Math.min(Number(range[2]), total - 1);
  if (from >= total) throw new Refusal(416, 'InvalidRange');
  const contentRange = `bytes ${from}-${to}/${total}`;
  return { status: 206, headers: { ...facts, 'content-range': contentRange }, body: held.body.subarray(from, to + 1) };
}

export function headObject(call: Call): Answer {
  const answer = getObject(call);
  const checksum = call.bucket.objects.get(call.key)?.checksum;
  const told = call.headers['x-amz-checksum-mode'] === 'ENABLED' && checksum !== undefined;
  return { ...answer, headers: { ...answer.headers, ...(told && { 'x-amz-checksum-sha256': checksum }) } };
}

export function deleteObject({ bucket, key }: Call): Answer {
  bucket.objects.delete(key);
  return empty(204);
}

/** In the order of UTF-8, as S3 has it; the token is not the key itself, so that nobody can make one up. */
export function listObjects({ bucket, query, rules }: Call): Answer {
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const after = token === null ? undefined : Buffer.from(token, 'base64').toString('utf8');
  const order = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
  const keys = [...bucket.objects.keys()].filter(key => key.startsWith(prefix)).sort(order);
  const rest = after === undefined ? keys : keys.filter(key => order(key, after) > 0);
  const page = rest.slice(0, rules.pageSize);
  const encoded = (text: string) =>
    query.get('encoding-type') === 'url'
      ? encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/')
      : text;
  const contents = page.flatMap(key => {
    const held = bucket.objects.get(key);
    if (held === undefined) return [];
    const fields = [
      element('Key', encoded(key)),
      element('LastModified', held.modifiedAt.toISOString()),
      element('ETag', held.etag),
      element('Size', held.body.length),
    ];
    return [`<Contents>${fields.join('')}</Contents>`];
  });
  const truncated = rest.length > page.length;
  const next = Buffer.from(page.at(-1) ?? '').toString('base64');
  const head = [
    element('Name', bucket.name),
    element('Prefix', encoded(prefix)),
    element('KeyCount', page.length),
    element('MaxKeys', rules.pageSize),
    element('IsTruncated', truncated),
    query.get('encoding-type') === 'url' ? element('EncodingType', 'url') : '',
    truncated ? element('NextContinuationToken', next) : '',
  ];
  return xml(200, 'ListBucketResult', [...head, ...contents].join(''));
}
