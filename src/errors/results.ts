import type { Entries } from './entry.ts';

/** What a comparison came to, and what ends a run from outside. */
export const results = {
  PGR300: {
    exit: 3,
    meaning: 'the copy differs from the source',
    causes: 'The findings name each difference: rows, objects, grants, versions of extensions, settings.',
    remedy:
      'Do not rely on the dump before it is understood. What may differ is named under `ignore`, with its reason.',
  },
  PGR301: {
    exit: 3,
    meaning: 'the copy could not be verified',
    causes:
      'Something could not be compared: a privilege is missing, a lock was not obtained, a row cannot be read. That is no proof.',
    remedy: 'See the reason of each check.',
  },
  PGR302: {
    exit: 3,
    meaning: 'an archive is damaged or of an unknown kind',
    causes: 'The file is cut off or changed, is compressed by another program, or is no archive of pg_dump at all.',
    remedy: 'Make or fetch the dump again; name the file or folder that pg_dump wrote.',
  },
  PGR500: {
    exit: 5,
    meaning: 'the peer stalled',
    causes:
      'Nothing moved for `timeouts.stall`: the server hangs, or the network has dropped the connection without a word.',
    remedy:
      'Look at the server and at the network between; raise `timeouts.stall` where something legitimately takes so long.',
  },
  PGR501: {
    exit: 5,
    meaning: 'the run took longer than its limit',
    causes: 'The work takes longer than `timeouts.total` allows.',
    remedy: 'Raise it, use more `jobs`, or leave something out.',
  },
  PGR600: {
    exit: 130,
    meaning: 'the run was cancelled',
    causes: 'Somebody cancelled the workflow, a newer run of its concurrency group began, or Ctrl-C was pressed.',
    remedy: 'Run it again. What it had begun was taken back.',
  },
  PGR900: {
    exit: 1,
    meaning: 'a defect of pg-roundtrip',
    causes: 'Something happened that nobody has thought of.',
    remedy: 'Please report it with the log of the run.',
  },
} as const satisfies Entries;
