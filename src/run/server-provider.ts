import { lock } from '../client/lock/packages.ts';
import { programsFolder } from '../client/sealed/sealed-folder.ts';
import { sealedRoot, setsFor, setVersion } from '../client/sealed-clients.ts';
import { findServerPrograms } from '../throwaway/find-server-programs.ts';
import { offerOf, type ServerOffer } from '../throwaway/offers.ts';
import { provideSet, type SetProvision } from './provide-clients.ts';

/** Says what server programs a run can have. It looks only; what has to be fetched is fetched when it is obtained. */
export type ServerProvider = (provision: SetProvision) => Promise<readonly ServerOffer[]>;

/**
 * Real installations of this machine, locked packages, and what npm has brought along.
 *
 * @param npmFolders Folders from which npm packages are resolved, as Node does it.
 */
export function serverProvider(npmFolders: readonly string[]): ServerProvider {
  return async provision => {
    const found = await findServerPrograms(npmFolders);
    return [...found.map(offerOf), ...sealedOffers(provision)];
  };
}

function sealedOffers(provision: SetProvision): readonly ServerOffer[] {
  const machine = { platform: process.platform, architecture: process.arch };
  return setsFor(lock, 'server', machine).map(set => {
    const root = sealedRoot(provision.store.folder, set);
    const version = setVersion(set);
    return {
      version,
      origin: 'sealed',
      place: 'from locked packages',
      obtain: async () => {
        const { folder } = await provideSet(`server ${version.text}`, { set, root }, provision);
        return {
          version,
          origin: 'sealed',
          folder: `${folder.root}/${programsFolder(set)}`,
          installation: folder.root,
          sealed: folder,
        };
      },
    };
  });
}
