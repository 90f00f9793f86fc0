import type { Entries } from './entry.ts';

/** The declared file, inputs and options. */
export const declaredFile = {
  PGR120: {
    exit: 2,
    meaning: 'the declared file is too large, too deep or has too many aliases',
    causes:
      'The file, or what its aliases and variables grow to, exceeds 1 MiB (4 MiB with variables replaced), 100,000 values or 64 levels: a wrong file, or one that was made to do harm.',
    remedy: 'Split the work into several files; use fewer aliases and shorter variables.',
  },
  PGR121: {
    exit: 2,
    meaning: 'the declared file is not valid YAML',
    causes:
      'Indentation, a missing quote, a key that is written twice, a second document after `---`, or a tag such as `!secret`.',
    remedy:
      'Correct the line that the message names. `pg-roundtrip check` shows all problems, and the [JSON Schema](pg-roundtrip.schema.json) lets an editor show them.',
  },
  PGR122: {
    exit: 2,
    meaning: 'the declared file has an unknown key',
    causes: 'A key is misspelt or stands at the wrong depth.',
    remedy:
      'Take the key that the message proposes, or look it up in the [reference](reference.md). Options of the Postgres tools without a key of their own go under `flags`.',
  },
  PGR123: {
    exit: 2,
    meaning: 'a value of the declared file has the wrong type or is out of range',
    causes: 'Text stands for a number, one value for a map, an unknown word for one of a few, or a pattern is none.',
    remedy: 'Write what the message says is expected.',
  },
  PGR124: {
    exit: 2,
    meaning: 'a variable is not set',
    causes:
      'The file says `${NAME}`, and the environment of the step has no such variable: it is missing under `env:`, or secrets are withheld as in workflows of forks. Parts of names such as `{sha}` need their CI in the same way.',
    remedy: 'Set it under `env:` of the step, or write `${NAME:-default}`.',
  },
  PGR125: {
    exit: 2,
    meaning: 'a password is written in the declared file',
    causes:
      'A password, secret key or passphrase stands in the file itself, where everyone with the repository can read it.',
    remedy:
      'Put it into a secret, hand it over under `env:`, and write `${NAME}`. Change it if the file was ever committed.',
  },
  PGR126: {
    exit: 2,
    meaning: 'the declared file cannot be read',
    causes:
      'It is not at that path (was the repository checked out?), is a folder, is not UTF-8, or this user may not read it.',
    remedy: 'Give the path of a file; it starts at the workspace.',
  },
  PGR127: {
    exit: 2,
    meaning: 'something required is missing from the declared file',
    causes: 'A step lacks a key that it cannot do without, a connection has no host or user, or the file is empty.',
    remedy: 'Add what the message names; the [reference](reference.md) has an example of every step.',
  },
  PGR128: {
    exit: 2,
    meaning: 'a step refers to something that is not declared before it',
    causes: 'The name of a connection or storage is misspelt, or a step needs what only a later one makes.',
    remedy: 'Correct the name, or change the order of the steps.',
  },
  PGR129: {
    exit: 2,
    meaning: 'an input or option of the front door is wrong',
    causes:
      'An input of the action or option of the command line is unknown, missing, or given together with another one that it excludes.',
    remedy: 'See `pg-roundtrip --help`, or the [inputs](reference.md#inputs-of-the-action).',
  },
  PGR130: {
    exit: 4,
    meaning: 'a path leaves the workspace',
    causes: 'A path to write to is absolute, goes up with `..`, or leads out through a link.',
    remedy: 'Choose a path below the workspace or the folder for temporary files.',
  },
  PGR131: {
    exit: 4,
    meaning: 'the dump set exists already',
    causes:
      'Another run has used the name, or a killed one has left its unfinished `NAME.partial`. What is stored is never overwritten.',
    remedy: 'Use a name that differs from run to run, such as `nightly-{date}`, or remove what is there.',
  },
  PGR132: {
    exit: 2,
    meaning: 'an artifact name has a character that artifacts cannot have',
    causes: 'The name has one of `" : < > | * ? \\ /` or a line break: often the time in a name, or a branch.',
    remedy: 'Use letters, digits, dots, dashes and underscores; `{date}-{time}` has no such character.',
  },
  PGR133: {
    exit: 2,
    meaning: 'the retention exceeds what the repository allows',
    causes: '`retention-days` is above the limit of the repository. GitHub would shorten it without an error.',
    remedy: 'Write fewer days, raise the limit in the settings of the repository, or publish to a storage for longer.',
  },
  PGR134: {
    exit: 2,
    meaning: 'artifacts do not exist where this runs',
    causes: 'A file with artifacts runs on the command line or another CI, or there is no token to ask GitHub with.',
    remedy: 'Publish to a folder or storage there, run the file through the action, or set `GITHUB_TOKEN`.',
  },
} as const satisfies Entries;
