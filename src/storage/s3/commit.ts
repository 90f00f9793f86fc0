import { fault } from '../../errors.ts';
import { type Access, isTaken } from './access.ts';
import { AttemptsFailed } from './attempts.ts';
import { isAmbiguous } from './failure.ts';
import { look } from './look.ts';

/** One upload on its way to becoming an object. */
export interface Upload {
  readonly access: Access;
  readonly key: string;
  readonly bytes: number;
  /** By which its object is known again. */
  readonly id: string;
}

/** What makes the object, by one request: all of a small one, or the completion of parts. @throws AttemptsFailed */
export type Commit = (condition: { readonly IfNoneMatch?: '*' }) => Promise<void>;

/**
 * Makes the object on condition that its key is free, and looks whether it is there. Where an answer was lost, the
 * object itself says whose it is. After a failure it is taken away again, if it came about all the same.
 *
 * @throws PGR131 for a taken key, PGR232, AttemptsFailed
 */
export async function commitUpload(upload: Upload, commit: Commit, signal: AbortSignal): Promise<void> {
  try {
    const conditional = await commitOnCondition(upload, commit, signal);
    if (!conditional) await commitWithout(upload, commit, signal);
    await confirm(upload, conditional, signal);
  } catch (error) {
    await withdraw(upload);
    throw error;
  }
}

/** False where the storage has no conditions. */
async function commitOnCondition(upload: Upload, commit: Commit, signal: AbortSignal): Promise<boolean> {
  try {
    await commit({ IfNoneMatch: '*' });
    return true;
  } catch (error) {
    if (!(error instanceof AttemptsFailed)) throw error;
    const { code, status } = error.failure;
    if (code === 'NotImplemented' || status === 501) return false;
    if (await cameAbout(upload, error, signal)) return true;
    throw code === 'PreconditionFailed' || status === 412 ? isTaken(upload.access.named(upload.key)) : error;
  }
}

/** Looks before and after instead, which is noted, as it leaves a moment for another run. */
async function commitWithout(upload: Upload, commit: Commit, signal: AbortSignal): Promise<void> {
  const { access, key } = upload;
  const { bucket } = access.options;
  access.surroundings.note(
    `${bucket} cannot store on condition that a name is free: it was looked up before and after`,
  );
  if ((await look(access, key, signal)).kind === 'object') throw isTaken(access.named(key));
  try {
    await commit({});
  } catch (error) {
    if (!(error instanceof AttemptsFailed && (await cameAbout(upload, error, signal)))) throw error;
  }
}

async function cameAbout(upload: Upload, { all }: AttemptsFailed, signal: AbortSignal): Promise<boolean> {
  return all.some(isAmbiguous) && (await isOurs(upload, signal));
}

async function isOurs({ access, key, id }: Upload, signal: AbortSignal): Promise<boolean> {
  const seen = await look(access, key, signal).catch(() => undefined);
  return seen?.kind === 'object' && seen.upload === id;
}

/** A storage that held the condition and does not let us look, or does not answer, has said that it is stored. */
async function confirm({ access, key, bytes, id }: Upload, conditional: boolean, signal: AbortSignal): Promise<void> {
  const place = access.named(key);
  const seen = await look(access, key, signal).catch((error: unknown) => {
    if (conditional && error instanceof AttemptsFailed) return { kind: 'unknown' } as const;
    throw error;
  });
  if (seen.kind === 'unknown') {
    if (conditional) return;
    throw notConfirmed(place, 'the storage does not say what it has');
  }
  if (seen.kind === 'absent') throw notConfirmed(place, 'it is not there afterwards');
  // Another run's, where the storage has no conditions. Some storages keep no metadata, and so no mark.
  if (seen.upload !== undefined && seen.upload !== id) throw isTaken(place);
  if (seen.bytes !== bytes) throw notConfirmed(place, `the storage has ${seen.bytes ?? 'no'} of its ${bytes} bytes`);
}

function notConfirmed(place: string, what: string): Error {
  const remedy = 'look for what else writes there, and at the documentation of the storage';
  return fault('PGR232', `${place} could not be stored: ${what}`, remedy);
}

/** What cannot be taken away stays; it is whole, as nothing else is ever made an object. */
async function withdraw(upload: Upload): Promise<void> {
  const { access, key } = upload;
  const signal = AbortSignal.timeout(access.surroundings.patience.cleanup);
  if (!(await isOurs(upload, signal))) return;
  await access
    .send(
      ({ sdk, client }, abortSignal) => client.send(new sdk.DeleteObjectCommand(access.at(key)), { abortSignal }),
      signal,
    )
    .catch(() => {});
}
