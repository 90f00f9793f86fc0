import type { LockedSet } from '../lock/lock.ts';
import { glibcTraits } from './glibc.ts';
import type { StartableFolder } from './start.ts';

/** The loader's name by processor, as the C library's own packages fix it. */
const loaders = { amd64: 'ld-linux-x86-64.so.2', arm64: 'ld-linux-aarch64.so.1' } as const;

/** What a folder made of a set will be like, as far as its programs' command lines depend on it. */
export function expectedFolder(planned: {
  readonly set: LockedSet;
  readonly root: string;
  readonly certificateFile: string | undefined;
}): StartableFolder {
  const { set, root, certificateFile } = planned;
  const { product, major, platform, architecture } = set;
  const { loaderKnowsArgv0 } = glibcTraits(set);
  const loader = platform === 'linux' ? loaders[architecture] : undefined;
  return { root, certificateFile, manifest: { product, major, platform, loader, loaderKnowsArgv0 } };
}
