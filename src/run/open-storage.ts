import { readProxySettings } from '../client/sealed/proxy.ts';
import type { Storage } from '../config/storage-steps.ts';
import { fault } from '../errors.ts';
import { commandObjects } from '../storage/command-objects.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { s3Store } from '../storage/s3/s3-store.ts';

export interface StorageSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Where objects lie on their way, each as one file, where the storage takes nothing else. */
  readonly privateFolder: string;
  /** Told what the storage does not promise. */
  readonly note: (text: string) => void;
}

/** Opens declared storages by their names. */
export function storageOpener(
  storages: Readonly<Record<string, Storage>>,
  { note, ...surroundings }: StorageSurroundings,
): (name: string) => Promise<ObjectStore> {
  const proxies = readProxySettings(surroundings.environment);
  return async name => {
    const storage = storages[name];
    if (storage === undefined) throw fault('PGR900', `the storage "${name}" was not declared`, 'please report it');
    return storage.kind === 'command'
      ? commandObjects(storage.commands, surroundings)
      : s3Store(storage.options, { proxies, note });
  };
}
