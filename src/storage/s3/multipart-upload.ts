import { asFault } from './access.ts';
import { AttemptsFailed } from './attempts.ts';
import type { Upload } from './commit.ts';
import { storedAs } from './stored-as.ts';

/** How far the clocks of this machine and of the storage may be apart. Milliseconds. */
const tolerance = 60_000;

/**
 * Begins a multipart upload, and takes it back unless `body` has completed it: its parts would lie there unseen, and
 * cost. Also one whose beginning was never confirmed is looked for. What could not be taken back is noted.
 */
export async function withMultipartUpload(
  upload: Upload,
  signal: AbortSignal,
  body: (id: string) => Promise<void>,
): Promise<void> {
  const { access, key } = upload;
  const since = access.surroundings.now().getTime() - tolerance;
  const input = { ...access.at(key), ...storedAs(access.options, upload.id, access.surroundings.now()) };
  const algorithm = access.options.checksum === 'SHA256' ? { ChecksumAlgorithm: 'SHA256' as const } : {};
  let attempts = 0;
  let id: string | undefined;
  try {
    const created = await access.send(({ sdk, client }, abortSignal) => {
      attempts += 1;
      return client.send(new sdk.CreateMultipartUploadCommand({ ...input, ...algorithm }), { abortSignal });
    }, signal);
    id = created.UploadId;
    if (id === undefined) throw new Error('a multipart upload without an id');
    await body(id);
    id = undefined;
    if (attempts > 1) await takeBackUnknown(upload, since);
  } catch (error) {
    // An answer that got lost, or was cancelled, may have begun one.
    if (attempts > 1 || id === undefined) await takeBackUnknown(upload, since);
    if (id !== undefined) await takeBack(upload, id);
    throw error;
  }
}

async function takeBack(upload: Upload, id: string): Promise<void> {
  await noting(upload, signal => abort(upload, id, signal));
}

/** Uploads of this very key that were begun since then: nothing else stores under it, as it may be stored only once. */
async function takeBackUnknown(upload: Upload, since: number): Promise<void> {
  const { access, key } = upload;
  await noting(upload, async signal => {
    const { Bucket, Key } = access.at(key);
    const { Uploads = [] } = await access.send(
      ({ sdk, client }, abortSignal) =>
        client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key }), { abortSignal }),
      signal,
    );
    for (const { Key: found, UploadId, Initiated } of Uploads) {
      const ours = found === Key && UploadId !== undefined && (Initiated?.getTime() ?? 0) >= since;
      if (ours) await abort(upload, UploadId, signal);
    }
  });
}

async function abort({ access, key }: Upload, id: string, signal: AbortSignal): Promise<void> {
  try {
    await access.send(
      ({ sdk, client }, abortSignal) =>
        client.send(new sdk.AbortMultipartUploadCommand({ ...access.at(key), UploadId: id }), { abortSignal }),
      signal,
    );
  } catch (error) {
    if (!(error instanceof AttemptsFailed && error.failure.code === 'NoSuchUpload')) throw error;
  }
}

async function noting({ access, key }: Upload, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { patience, note } = access.surroundings;
  await work(AbortSignal.timeout(patience.cleanup)).catch((error: unknown) => {
    const what = `parts of ${access.named(key)} may be left in the storage`;
    const said = asFault(error, what, 's3:AbortMultipartUpload');
    note(
      `${said instanceof Error && said !== error ? said.message.replace(/^PGR\d+ /, '') : what}; a lifecycle rule AbortIncompleteMultipartUpload deletes such`,
    );
  });
}
