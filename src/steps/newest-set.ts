import { join } from 'node:path';
import type { Newest } from '../config/storage-steps.ts';
import { fault } from '../errors.ts';
import { plural } from '../report/format.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { listPackedFolders, listPackedSets } from '../storage/packed/list-packed.ts';
import { type DatedSet, isAhead, newestSet } from '../storage/retention.ts';
import { listStoredSets } from '../storage/stored-sets.ts';
import { shortList } from '../verify/make-check.ts';
import type { Runtime } from './runtime.ts';

/** The newest dump set of a folder, as it is or packed. @throws PGR231 where there is none. */
export async function newestInFolder(folder: string, newest: Newest, runtime: Runtime) {
  const { sets, unknown, packed } = await listStoredSets(folder);
  const stored = await listPackedFolders(folder, packed, runtime.signal);
  const all = { sets: [...sets, ...stored.sets], unknown: [...unknown, ...stored.unknown] };
  const { name, notes } = newestOf(all, newest, folder, runtime);
  return { path: join(folder, name), notes };
}

/** The newest packed dump set of a store. @throws PGR231 where there is none. */
export async function newestInStore(store: ObjectStore, newest: Newest, runtime: Runtime) {
  return newestOf(await listPackedSets(store, runtime.signal), newest, store.place, runtime);
}

interface Lying {
  readonly sets: readonly DatedSet[];
  readonly unknown: readonly { readonly name: string }[];
}

/** The name of the newest, and what somebody should know who thinks of another one. */
function newestOf({ sets, unknown }: Lying, newest: Newest, place: string, { clock }: Runtime) {
  const found = newestSet(sets, newest, clock.now());
  const ahead = sets.filter(set => isAhead(set, clock.now()));
  const others = new Set(sets.map(({ series }) => series)).size - 1;
  const notes = [
    ...(others > 0
      ? [
          `the newest of all: ${place} also has dump sets of ${plural(others, 'other server, choice of databases or of their parts', 'other servers, choices of databases or of their parts')}`,
        ]
      : []),
    ...(ahead.length > 0
      ? [
          `passed over, as by the clock of this machine they lie in the future: ${shortList(ahead.map(({ name }) => name))}`,
        ]
      : []),
    ...(unknown.length > 0 ? [`passed over, as no sound dump set: ${shortList(unknown.map(({ name }) => name))}`] : []),
  ];
  if (found !== undefined) return { name: found.name, notes };
  const what = newest === 'verified' ? 'no dump set that is on record as restored and compared' : 'no dump set';
  const inFuture = ahead.length > 0 ? ` whose date does not lie in the future` : '';
  throw fault('PGR231', `${place} has ${what}${inFuture}`, 'pg-roundtrip ls shows what there is');
}
