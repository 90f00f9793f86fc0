import { clients } from './clients.ts';
import { connections } from './connections.ts';
import { declaredFile } from './declared-file.ts';
import { dumpSets } from './dump-sets.ts';
import { encryption } from './encryption.ts';
import type { Entries } from './entry.ts';
import { packages } from './packages.ts';
import { results } from './results.ts';
import { selection } from './selection.ts';
import { servers } from './servers.ts';
import { storage } from './storage.ts';
import { targets } from './targets.ts';
import { tools } from './tools.ts';

/** Every error that a user can see, by its stable code. Codes are never reused. */
export const catalogue = {
  ...connections,
  ...declaredFile,
  ...encryption,
  ...clients,
  ...targets,
  ...dumpSets,
  ...selection,
  ...servers,
  ...tools,
  ...storage,
  ...packages,
  ...results,
};

/** The same, as the page of errors has them: in the order of their numbers. */
export const themes: readonly { readonly title: string; readonly entries: Entries }[] = [
  { title: 'Connections, as they are written', entries: connections },
  { title: 'The declared file, inputs and options', entries: declaredFile },
  { title: 'Public repositories and encryption', entries: encryption },
  { title: 'Clients and their options', entries: clients },
  { title: 'What is restored into', entries: targets },
  { title: 'Dump sets', entries: dumpSets },
  { title: 'What is chosen, and what may be read', entries: selection },
  { title: 'Servers', entries: servers },
  { title: 'What the client tools do and say', entries: tools },
  { title: 'Disks, artifacts and storages', entries: storage },
  { title: 'Throwaway servers and fetched packages', entries: packages },
  { title: 'What a run comes to', entries: results },
];

export type ErrorCode = keyof typeof catalogue;
