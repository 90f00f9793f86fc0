import type { Architecture, LockedSet } from '../lock/lock.ts';

/** The name of Debian's folders for libraries of one kind of processor. */
export const triplets: Readonly<Record<Architecture, string>> = {
  amd64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

/**
 * The path of something in a package, relative to the root: `./lib/…` and `/lib64/…` become `usr/lib/…` and `usr/lib64/…`,
 * where every Debian since 12 has them and older ones come out the same. Undefined for a path with `..` in it, which
 * leads out of the package or only pretends not to.
 */
export function normalisePath(path: string): string | undefined {
  const plain = plainPath(path);
  return plain !== undefined && /^lib(64)?(\/|$)/.test(plain) ? `usr/${plain}` : plain;
}

/** The same without regard to Debian's folders. */
export function plainPath(path: string): string | undefined {
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}

/**
 * Where a link at a normalised path leads, normalised. An absolute target starts at the package's root, as it would once
 * installed. Undefined where the dots lead above the root.
 */
export function linkTarget(path: string, target: string, normalise = normalisePath): string | undefined {
  const parts = target.startsWith('/') ? [] : path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return normalise(parts.join('/'));
}

/** Chooses what of a package is of any use to a client or server; all else is read over. */
export function keptPaths(set: LockedSet): (path: string) => boolean {
  const library = `usr/lib/${triplets[set.architecture]}`;
  const client = [
    new RegExp(`^${library}/(ossl-modules/)?[^/]+\\.so(\\.[^/]*)?$`),
    /^usr\/lib64\/[^/]+$/,
    /^usr\/lib\/ld-linux-[^/]+$/,
    /^usr\/share\/doc\/[^/]+(\/copyright)?$/,
    new RegExp(`^usr/lib/postgresql/${set.major}/bin/`),
  ];
  const server = [
    new RegExp(`^usr/lib/postgresql/${set.major}/lib/[^/]+\\.so$`),
    new RegExp(`^usr/share/postgresql/${set.major}/(?!man/)`),
    /^usr\/share\/zoneinfo\//,
  ];
  // Compilation while a query runs is a module of its own that loads all of LLVM; a server without it does without.
  const never = /\/llvmjit[^/]*$/;
  const patterns = set.product === 'server' ? [...client, ...server] : client;
  return path => patterns.some(pattern => pattern.test(path)) && !never.test(path);
}
