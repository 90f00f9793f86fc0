import type { SetPlatform } from '../lock/lock.ts';
import { clientPrograms } from '../sealed/sealed-folder.ts';

/** A platform that conda-forge has packages for, and the lock uses them. */
export type CondaPlatform = Exclude<SetPlatform, 'linux'>;

/** Only names that are the same file, and no device or stream, on every system. */
const name = String.raw`[A-Za-z0-9_+-][\w.+-]*`;
const programs = clientPrograms.join('|');

const patterns: Readonly<Record<CondaPlatform, readonly RegExp[]>> = {
  darwin: [
    new RegExp(`^bin/(${programs})$`),
    new RegExp(`^lib/(ossl-modules/)?${name}\\.dylib$`),
    new RegExp(`^ssl/${name}$`),
  ],
  win32: [
    new RegExp(`^Library/bin/(${programs})\\.exe$`),
    new RegExp(`^(Library/bin/|Library/lib/ossl-modules/)?${name}\\.dll$`),
    new RegExp(`^Library/ssl/${name}$`),
  ],
};

/**
 * Chooses what of a package a client can use: programs, all libraries (nobody reads here what a program of these
 * systems loads), and the certificate authorities; all else is read over.
 */
export function keptPaths(platform: CondaPlatform): (path: string) => boolean {
  return path => patterns[platform].some(pattern => pattern.test(path));
}

/** Terms and notices of a package, in its own part with information. */
export const licencePath = new RegExp(`^info/licenses/((?:${name}/)*${name})$`);
