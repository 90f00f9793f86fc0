import { randomUUID } from 'node:crypto';
import { type Answer, element, elements, empty, Refusal, xml } from './answer.ts';
import { type HeldPart, type HeldUpload, md5, sha256 } from './bucket.ts';
import { type Call, checkBody, checkFree, hold, propertiesIn } from './objects.ts';

export function createUpload({ bucket, key, headers }: Call): Answer {
  const id = randomUUID();
  bucket.uploads.set(id, { key, properties: propertiesIn(headers), initiatedAt: new Date(), parts: new Map() });
  const fields = [element('Bucket', bucket.name), element('Key', key), element('UploadId', id)];
  return xml(200, 'InitiateMultipartUploadResult', fields.join(''));
}

export function uploadPart(call: Call): Answer {
  const held = uploadOf(call);
  checkBody(call);
  const number = Number(call.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new Refusal(400, 'InvalidArgument');
  const checksum = call.headers['x-amz-checksum-sha256'];
  if (call.rules.checksums && wantsChecksums(held) && checksum === undefined) throw new Refusal(400, 'InvalidRequest');
  const etag = `"${md5(call.body).toString('hex')}"`;
  held.parts.set(number, { body: call.body, etag, checksum });
  return empty(200, {
    etag,
    ...(call.rules.checksums && checksum !== undefined && { 'x-amz-checksum-sha256': checksum }),
  });
}

/** Parts have to be told in their order, with what the server has said of each; all but the last have a smallest size. */
export function completeUpload(call: Call): Answer {
  const { bucket, key, rules } = call;
  const held = uploadOf(call);
  const parts = elements(call.body.toString('utf8'), 'Part').map(text => chosenPart(text, held, rules.checksums));
  if (parts.length === 0) throw new Refusal(400, 'MalformedXML');
  if (parts.some((part, index) => index > 0 && part.number <= (parts[index - 1]?.number ?? 0))) {
    throw new Refusal(400, 'InvalidPartOrder');
  }
  if (parts.slice(0, -1).some(({ body }) => body.length < rules.smallestPart)) throw new Refusal(400, 'EntityTooSmall');
  checkFree(call);
  const etag = `"${md5(Buffer.concat(parts.map(({ body }) => md5(body)))).toString('hex')}-${parts.length}"`;
  const composite = sha256(Buffer.concat(parts.map(({ body }) => sha256(body)))).toString('base64');
  const checksum = rules.checksums && wantsChecksums(held) ? `${composite}-${parts.length}` : undefined;
  hold({ bucket, key, headers: held.properties }, Buffer.concat(parts.map(({ body }) => body)), etag, checksum);
  bucket.uploads.delete(call.query.get('uploadId') ?? '');
  const fields = [
    element('Bucket', bucket.name),
    element('Key', key),
    element('ETag', etag),
    checksum === undefined ? '' : element('ChecksumSHA256', checksum),
  ];
  return xml(200, 'CompleteMultipartUploadResult', fields.join(''));
}

function chosenPart(text: string, held: HeldUpload, checksums: boolean): HeldPart & { readonly number: number } {
  const [number = ''] = elements(text, 'PartNumber');
  const [etag] = elements(text, 'ETag');
  const [checksum] = elements(text, 'ChecksumSHA256');
  const part = held.parts.get(Number(number));
  if (part === undefined || part.etag !== etag) throw new Refusal(400, 'InvalidPart');
  if (checksums && wantsChecksums(held) && checksum !== part.checksum) throw new Refusal(400, 'InvalidPart');
  return { ...part, number: Number(number) };
}

export function abortUpload(call: Call): Answer {
  uploadOf(call);
  call.bucket.uploads.delete(call.query.get('uploadId') ?? '');
  return empty(204);
}

export function listUploads({ bucket, query }: Call): Answer {
  const prefix = query.get('prefix') ?? '';
  const uploads = [...bucket.uploads].filter(([, { key }]) => key.startsWith(prefix));
  const contents = uploads.map(([id, { key, initiatedAt }]) => {
    const fields = [element('Key', key), element('UploadId', id), element('Initiated', initiatedAt.toISOString())];
    return `<Upload>${fields.join('')}</Upload>`;
  });
  return xml(200, 'ListMultipartUploadsResult', element('IsTruncated', false) + contents.join(''));
}

function uploadOf({ bucket, key, query }: Call): HeldUpload {
  const held = bucket.uploads.get(query.get('uploadId') ?? '');
  if (held === undefined || held.key !== key) throw new Refusal(404, 'NoSuchUpload');
  return held;
}

function wantsChecksums({ properties }: HeldUpload): boolean {
  return properties['x-amz-checksum-algorithm'] === 'SHA256';
}
