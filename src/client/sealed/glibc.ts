import type { LockedSet } from '../lock/lock.ts';

/** What differs among the C libraries that sets bring along, by their release notes. */
export interface GlibcTraits {
  /** From 2.33 on the loader can be told what a program is to see as its own name. */
  readonly loaderKnowsArgv0: boolean;
  /** Before 2.34 name lookup, and before 2.34 alone, lies in objects that no program names: they are opened when needed. */
  readonly nameLookup: readonly string[];
}

/** Reads the traits off the version of `libc6` in the set; without one they are those of a current release. */
export function glibcTraits(set: LockedSet): GlibcTraits {
  const version = set.packages.find(({ name }) => name === 'libc6')?.version ?? '';
  const [, major = '2', minor = '99'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  const release = Number(major) * 100 + Number(minor);
  return {
    loaderKnowsArgv0: release >= 233,
    nameLookup: release >= 234 ? [] : ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'],
  };
}
