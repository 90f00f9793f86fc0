import { createHash, createHmac } from 'node:crypto';
import { Refusal } from './answer.ts';

export interface Login {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Checks a request against AWS Signature Version 4, computed anew from what arrived: credentials, region, clock, that
 * every header which means something is signed, the signature, and the hash of the body.
 */
export function checkSignature(request: SignedRequest, login: Login, now: Date): void {
  const { headers, body } = request;
  const given =
    /^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)\/(?<day>\d{8})\/(?<region>[^/]+)\/s3\/aws4_request, SignedHeaders=(?<signed>[a-z0-9;-]+), Signature=(?<signature>[0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    )?.groups;
  if (given === undefined) throw new Refusal(403, 'AccessDenied');
  const { id = '', day = '', region = '', signed = '', signature = '' } = given;
  if (id !== login.accessKeyId) throw new Refusal(403, 'InvalidAccessKeyId', { AWSAccessKeyId: id });
  if (region !== login.region) throw new Refusal(400, 'AuthorizationHeaderMalformed', { Region: login.region });
  const date = headers['x-amz-date'] ?? '';
  const skew = Math.abs(now.getTime() - timeOf(date));
  if (!(skew <= 15 * 60_000) || !date.startsWith(day)) {
    throw new Refusal(403, 'RequestTimeTooSkewed', { ServerTime: now.toISOString() });
  }
  const token = headers['x-amz-security-token'];
  if (token !== login.sessionToken) throw new Refusal(400, 'InvalidToken', { 'Token-0': token ?? '' });
  const names = signed.split(';');
  const needed = ['host', ...Object.keys(headers).filter(name => name.startsWith('x-amz-') || name === 'content-md5')];
  if (needed.some(name => !names.includes(name))) throw new Refusal(403, 'AccessDenied');
  const key = ['aws4_request', 's3', region, day].reduceRight(
    (secret: string | Buffer, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${login.secretAccessKey}`,
  );
  const text = ['AWS4-HMAC-SHA256', date, `${day}/${region}/s3/aws4_request`, sha256(canonical(request, names))];
  const expected = createHmac('sha256', key).update(text.join('\n')).digest('hex');
  if (expected !== signature) throw new Refusal(403, 'SignatureDoesNotMatch', { StringToSign: text.join('\n') });
  if (headers['x-amz-content-sha256'] !== sha256(body)) throw new Refusal(400, 'XAmzContentSHA256Mismatch');
}

function canonical({ method, target, headers }: SignedRequest, names: readonly string[]): string {
  const [path = '', query = ''] = target.split('?');
  const parameters = query
    .split('&')
    .filter(part => part !== '')
    .map(part => (part.includes('=') ? part : `${part}=`))
    .sort();
  const lines = names.map(name => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  const hash = headers['x-amz-content-sha256'] ?? '';
  return [method, path, parameters.join('&'), lines.join(''), names.join(';'), hash].join('\n');
}

function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
