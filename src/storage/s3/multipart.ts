import { fault } from '../../errors.ts';
import { checksumsOf, compositeChecksum } from './checksums.ts';
import { commitUpload, type Upload } from './commit.ts';
import { withMultipartUpload } from './multipart-upload.ts';
import type { PartPlan } from './part-plan.ts';
import { type StoredPart, sendParts } from './send-parts.ts';
import { signedWith } from './signed-body.ts';

/**
 * Stores an object in parts, several at once and each as often as it takes, and completes it when all of its content
 * has come and every part is stored. After any failure the parts are taken away again.
 *
 * @throws PGR131, PGR232, AttemptsFailed, what the content throws, the reason of the signal
 */
export async function uploadInParts(
  upload: Upload,
  plan: PartPlan,
  read: (signal: AbortSignal) => AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  await withMultipartUpload(upload, signal, async id => {
    const parts = await sendParts(
      ended => read(ended),
      upload.bytes,
      plan,
      (body, number, ended) => sendPart(upload, id, body, number, ended),
      signal,
    );
    await commitUpload(upload, condition => complete(upload, id, parts, condition, signal), signal);
  });
}

async function sendPart(
  { access, key }: Upload,
  id: string,
  body: Buffer,
  number: number,
  signal: AbortSignal,
): Promise<StoredPart> {
  const { sha256, fields } = checksumsOf(body, access.options.checksum);
  const input = { ...access.at(key), UploadId: id, PartNumber: number, Body: body, ...fields };
  const { ETag } = await access.send(
    ({ sdk, client }, abortSignal) =>
      client.send(signedWith(new sdk.UploadPartCommand(input), sha256), { abortSignal }),
    signal,
    body.length,
  );
  if (ETag === undefined) throw broken(access.named(key), `does not say what it has of part ${number}`);
  return { PartNumber: number, ETag, ...('ChecksumSHA256' in fields && fields) };
}

async function complete(
  { access, key, bytes }: Upload,
  id: string,
  parts: readonly StoredPart[],
  condition: { readonly IfNoneMatch?: '*' },
  signal: AbortSignal,
): Promise<void> {
  const input = { ...access.at(key), UploadId: id, MultipartUpload: { Parts: [...parts] }, ...condition };
  const { ChecksumSHA256: told } = await access.send(
    ({ sdk, joining }, abortSignal) => joining.send(new sdk.CompleteMultipartUploadCommand(input), { abortSignal }),
    signal,
    // A storage may copy all of it together.
    bytes,
  );
  const own = parts.flatMap(({ ChecksumSHA256 }) => ChecksumSHA256 ?? []);
  if (told === undefined || own.length === 0 || told === compositeChecksum(own)) return;
  throw broken(access.named(key), 'made something else of its parts');
}

function broken(place: string, what: string): Error {
  const remedy = 'run it again; if it happens again, this storage cannot be relied on';
  return fault('PGR232', `${place} could not be stored: the storage ${what}`, remedy);
}
