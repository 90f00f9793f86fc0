import { randomUUID } from 'node:crypto';
import { exactly, inParts } from '../exact-content.ts';
import type { ObjectContent } from '../object-store.ts';
import { type Access, asFault, isTaken } from './access.ts';
import { checksumsOf } from './checksums.ts';
import { commitUpload, type Upload } from './commit.ts';
import { look } from './look.ts';
import { uploadInParts } from './multipart.ts';
import { planParts } from './part-plan.ts';
import { signedWith } from './signed-body.ts';
import { storedAs } from './stored-as.ts';

/** Stores an object, whole or not at all: a small one by one request, others in parts. @throws PGR131, PGR232 */
export async function upload(access: Access, key: string, content: ObjectContent, signal: AbortSignal): Promise<void> {
  const place = access.named(key);
  try {
    // Before gigabytes are sent in vain.
    if ((await look(access, key, signal)).kind === 'object') throw isTaken(place);
    const plan = planParts(content.bytes, access.surroundings.limits);
    const begun = { access, key, bytes: content.bytes, id: randomUUID() };
    const read = (ended: AbortSignal) => exactly(content, place, ended);
    if (plan.parts > 1) await uploadInParts(begun, plan, read, signal);
    else await uploadWhole(begun, read(signal), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw asFault(error, `${place} could not be stored`, 's3:PutObject');
  }
}

async function uploadWhole(begun: Upload, chunks: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
  const { access, key, bytes, id } = begun;
  let body: Buffer = Buffer.alloc(0);
  for await (const part of inParts(chunks, bytes, bytes, size => Buffer.allocUnsafeSlow(size))) body = part;
  const { options, surroundings } = access;
  const { sha256, fields } = checksumsOf(body, options.checksum);
  const input = { ...access.at(key), ...storedAs(options, id, surroundings.now()), ...fields, Body: body };
  const put: Parameters<typeof commitUpload>[1] = async condition => {
    await access.send(
      ({ sdk, client }, abortSignal) =>
        client.send(signedWith(new sdk.PutObjectCommand({ ...input, ...condition }), sha256), { abortSignal }),
      signal,
      bytes,
    );
  };
  await commitUpload(begun, put, signal);
}
