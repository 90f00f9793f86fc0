import type { Entries } from './entry.ts';

/** Disks, artifacts and storages. */
export const storage = {
  PGR220: {
    exit: 1,
    meaning: 'the disk is full',
    causes:
      'The disk here, or that of the server, has no room for the dump or the copy. What was half-made is removed.',
    remedy: 'Free some space, use a larger runner, or leave out what is not needed (`exclude: { table-data: … }`).',
  },
  PGR221: {
    exit: 1,
    meaning: 'a file could not be read or written',
    causes:
      'A file is missing, this user may not use it, a folder stands in its place, or the disk is read-only or broken.',
    remedy: 'Check path and permissions; paths start at the workspace.',
  },
  PGR230: {
    exit: 1,
    meaning: 'the artifact could not be published',
    causes:
      'A job before has used the name, the storage of the account is used up, the service cannot be reached, or the step does not run in a workflow.',
    remedy:
      'Give each job of a matrix a name of its own; else run it again, or look at [githubstatus.com](https://www.githubstatus.com).',
  },
  PGR231: {
    exit: 1,
    meaning: 'a published artifact could not be found, fetched or deleted',
    causes: 'There is no such artifact or object, it has expired, or the token may not read it.',
    remedy:
      'Check the name with `pg-roundtrip ls`; give the job `permissions: { actions: read }`, and `write` to prune.',
  },
  PGR232: {
    exit: 1,
    meaning: 'a storage could not be read or written',
    causes:
      'Credentials are wrong or lack a permission, the bucket does not exist, the service fails or is slow, or what came is not what was asked for.',
    remedy: 'See the reason in the message. Nothing half-written is listed as a dump set.',
  },
  PGR233: {
    exit: 2,
    meaning: 'a name cannot be that of an object in a storage',
    causes: 'A prefix or name has `..`, empty parts, control characters, or is too long.',
    remedy: 'Use letters, digits, dots, dashes, and `/` between the parts.',
  },
  PGR234: {
    exit: 2,
    meaning: 'the address of a storage is malformed',
    causes: 'The endpoint is no `https://HOST`, or the bucket has characters that buckets cannot have.',
    remedy: 'Write `s3://BUCKET/PREFIX`, and an endpoint without path or password.',
  },
} as const satisfies Entries;
