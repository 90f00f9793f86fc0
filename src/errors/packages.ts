import type { Entries } from './entry.ts';

/** Throwaway servers, and packages that are fetched. */
export const packages = {
  PGR240: {
    exit: 1,
    meaning: 'the throwaway server could not be started or has ended',
    causes:
      'The disk has no room, the folder for temporary files cannot be entered by the user of the server, or the server was killed.',
    remedy: 'See its last words in the message; name another folder in `TMPDIR`.',
  },
  PGR250: {
    exit: 1,
    meaning: 'a package of a client or server could not be fetched',
    causes: 'There is no network, a proxy or firewall blocks the mirrors, or they are down.',
    remedy:
      'Allow the hosts that the message names, name a mirror in `client.mirrors`, or an installed client in `client.path`.',
  },
  PGR251: {
    exit: 4,
    meaning: 'a package differs from the one that is locked',
    causes:
      'What came does not have the hash of the lock: a proxy rewrites downloads, or somebody has tampered with them. Nothing was installed.',
    remedy: 'Use another mirror, and find out who changes what is downloaded.',
  },
  PGR252: {
    exit: 1,
    meaning: 'a package cannot be unpacked',
    causes: 'The package is the locked one, but of a form that is not understood.',
    remedy: 'Please report it; an installed client in `client.path` is a way around.',
  },
  PGR253: {
    exit: 1,
    meaning: 'the packages of a client or server are not complete',
    causes: 'A program or library is in none of the locked packages, or is for another processor.',
    remedy: 'Please report it; an installed client in `client.path` is a way around.',
  },
  PGR254: {
    exit: 4,
    meaning: 'an installed client or server was changed',
    causes:
      'A file of what was fetched earlier is no longer what it was, or something else lies in its place. Nothing was started.',
    remedy: 'Remove the folder and run it again. If it comes back, see who else writes there.',
  },
  PGR255: {
    exit: 1,
    meaning: 'a client or server cannot be run where it is to be installed',
    causes:
      'The folder is mounted `noexec`, its path is too long or has a sign with a meaning, or the system is too old for the programs.',
    remedy: 'Set `RUNNER_TOOL_CACHE`, or `XDG_CACHE_HOME` outside of Actions, to another folder; or install a client.',
  },
  PGR256: {
    exit: 2,
    meaning: 'the address of a package mirror or proxy is not usable',
    causes: '`client.mirrors` or a variable such as `HTTPS_PROXY` is no `http://` or `https://` address.',
    remedy: 'Write it as `https://HOST/PATH`, and a proxy as `http://HOST:PORT`.',
  },
  PGR257: {
    exit: 1,
    meaning: 'a client that can be fetched is not installed yet',
    causes: '`pg-roundtrip client which` was asked for one that only a run would fetch.',
    remedy: 'Run `pg-roundtrip client install MAJOR`.',
  },
} as const satisfies Entries;
