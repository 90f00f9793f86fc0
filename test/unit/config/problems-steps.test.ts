import { expect, test } from 'vitest';
import { brief, type Case, parse, problemsOf, withSteps } from './declarations.ts';

const cases: readonly Case[] = [
  [
    'a sample where no rows are compared',
    withSteps('  - verify: { from: dumps, into: target, sample: 10% }'),
    ['PGR150 6:50 verify.sample: only the level content looks at rows'],
  ],
  ...['0%', '100%', '0.0%', '10', 'half', '-1%', '1e1%'].map(
    (share): Case => [
      `a sample of ${share}`,
      withSteps(`  - verify: { from: dumps, into: target, level: content, sample: "${share}" }`),
      [
        `PGR123 6:66 verify.sample: expected a share such as 10% or 0.5%, less than 100%, found the text ${JSON.stringify(share)}`,
      ],
    ],
  ),
  [
    'text and file',
    withSteps('  - sql: { on: target, run: x, file: x.sql }'),
    ['PGR150 6:32 sql: run and file exclude each other'],
  ],
  [
    'jobs of the custom format',
    withSteps('  - dump: { from: source, to: out, format: custom, jobs: 2 }'),
    ['PGR150 6:58 dump.jobs: only the directory format can be dumped by several jobs'],
  ],
  [
    'two dumps in one folder',
    withSteps('  - dump: { from: source, to: out }', '  - dump: { from: source, to: ./x/../out }'),
    ['PGR150 7:31 dump.to: a dump step before writes to the same folder'],
  ],
  [
    'a snapshot that no other dump shares',
    withSteps('  - dump: { from: source, to: a, snapshot: x }', '  - dump: { from: source, to: b, snapshot: y }'),
    [
      'PGR150 6:44 dump.snapshot: no other dump shares the snapshot "x"',
      'PGR150 7:44 dump.snapshot: no other dump shares the snapshot "y"',
    ],
  ],
  [
    'a snapshot of two connections',
    withSteps('  - dump: { from: source, to: a, snapshot: x }', '  - dump: { from: target, to: b, snapshot: x }'),
    ['PGR150 7:44 dump.snapshot: the snapshot "x" is one of the connection source'],
  ],
  [
    'a snapshot of no database',
    withSteps(
      '  - dump: { from: source, to: a, globals: only, snapshot: x }',
      '  - dump: { from: source, to: b, snapshot: x }',
    ),
    ['PGR150 6:59 dump.snapshot: globals: only dumps no database'],
  ],
  [
    'a throttle of nothing',
    withSteps('  - dump: { from: source, to: a, throttle: {} }'),
    ['PGR127 6:44 dump.throttle: none of rate, nice, ionice is given'],
  ],
  [
    'a throttle out of range',
    withSteps('  - dump: { from: source, to: a, throttle: { rate: 20, nice: 20, ionice: realtime } }'),
    [
      'PGR123 6:52 dump.throttle.rate: expected a size such as 500MB or 20GB, found the number 20',
      'PGR123 6:62 dump.throttle.nice: expected an integer from 1 to 19, found the number 20',
      'PGR123 6:74 dump.throttle.ionice: expected one of best-effort, idle, found the text "realtime"',
    ],
  ],
  [
    'publishing onto a dump',
    withSteps('  - dump: { from: source, to: out }', '  - publish: { folder: out }'),
    ['PGR150 7:24 publish.folder: a dump step writes to the same folder'],
  ],
  [
    'a retention of a folder',
    withSteps('  - publish: { from: out, folder: b, retention-days: 3 }'),
    ['PGR150 6:38 publish: folder and retention-days exclude each other'],
  ],
  [
    'two databases of one name',
    withSteps('  - restore: { from: out, into: target, as: { a: c, b: c } }'),
    ['PGR150 6:45 restore.as: two databases get the same name'],
  ],
  [
    'two schemas of one name',
    withSteps('  - restore: { from: out, into: target, rename: { schema: { a: c, b: c } } }'),
    ['PGR150 6:49 restore.rename: two schemas get the same name'],
  ],
  [
    'two schemas that change names',
    withSteps('  - verify: { from: out, into: target, rename: { schema: { a: b, b: c } } }'),
    ['PGR150 6:48 verify.rename: "b" is the old name of one schema and the new name of another'],
  ],
  [
    'a schema of the system',
    withSteps('  - restore: { from: out, into: target, rename: { schema: { a: pg_mine } } }'),
    [
      'PGR123 6:64 restore.rename.schema.a: expected the name of a schema that does not begin with pg_, found the text "pg_mine"',
    ],
  ],
  [
    'new names where the old ones are dropped',
    withSteps('  - restore: { from: out, into: target, clean: x, rename: { schema: { a: b } } }'),
    ['PGR150 6:59 restore.rename: what is dropped has the old names'],
  ],
  [
    'new names without what they name',
    withSteps('  - restore: { from: out, into: target, section: data, rename: { schema: { a: b } } }'),
    ['PGR150 6:64 restore.rename: a schema gets its new name when it is made, which is in pre-data'],
  ],
  [
    'a new name for what is not restored',
    withSteps('  - restore: { from: out, into: target, databases: a, as: { b: c } }'),
    ['PGR128 6:59 restore.as: "b" is renamed, but it is not among databases'],
  ],
  [
    'two clients',
    `${withSteps('  - sql: { on: target, run: x }')}client: { version: 15, path: /opt/bin }\n`,
    ['PGR150 7:24 client: version and path exclude each other'],
  ],
  [
    'an artifact name with a colon',
    withSteps('  - publish: { from: out, artifact: "a:b" }'),
    [
      'PGR132 6:37 publish.artifact: expected a name without " < > | * ? : \\ / and control characters, found the text "a:b"',
    ],
  ],
  [
    'an undeclared connection',
    withSteps('  - dump: { from: sauce, to: out }'),
    ['PGR128 6:19 dump.from: no such connection is declared: "sauce"'],
  ],
  [
    'a name that every object has',
    withSteps('  - dump: { from: constructor, to: out }'),
    ['PGR128 6:19 dump.from: no such connection is declared: "constructor"'],
  ],
  [
    'a protected target',
    withSteps('  - restore: { from: out, into: source }'),
    ['PGR162 6:33 restore.into: the connection source is protected, so nothing is restored or run there'],
  ],
  [
    'statements on a protected connection',
    withSteps('  - sql: { on: source, run: x }'),
    ['PGR162 6:16 sql.on: the connection source is protected, so nothing is restored or run there'],
  ],
  [
    'a restore without a dump',
    withSteps('  - restore: { into: target }'),
    ['PGR128 6:5 restore: there is no dump or fetch step before whose dump set could be restored'],
  ],
  [
    'a verify without a restore',
    withSteps('  - verify:'),
    ['PGR128 6:5 verify: there is no restore step before that it could verify'],
  ],
  [
    'a publish without a dump',
    withSteps('  - publish: { artifact: a }'),
    ['PGR128 6:5 publish: there is no dump or fetch step before whose dump set could be published'],
  ],
  [
    'a dump set of a later step',
    withSteps('  - restore: { from: out, into: target }', '  - dump: { from: source, to: out }'),
    ['PGR128 6:22 restore.from: the dump set is made by a later step'],
  ],
  [
    'a path that climbs',
    withSteps('  - dump: { from: source, to: ../../etc/x }'),
    ['PGR130 6:31 dump.to: the path leaves the workspace'],
  ],
  [
    'the folder above',
    withSteps('  - dump: { from: source, to: .. }'),
    ['PGR130 6:31 dump.to: the path leaves the workspace'],
  ],
  [
    'a path that climbs later',
    withSteps('  - dump: { from: source, to: a/../../space2/x }'),
    ['PGR130 6:31 dump.to: the path leaves the workspace'],
  ],
  [
    'an absolute path',
    withSteps('  - sql: { on: target, file: /etc/passwd }'),
    ['PGR130 6:30 sql.file: the path leaves the workspace'],
  ],
  [
    'the workspace itself',
    withSteps('  - dump: { from: source, to: . }'),
    ['PGR130 6:31 dump.to: the path is the workspace itself'],
  ],
  [
    'out of the temporary folder',
    withSteps('  - publish: { from: out, folder: /srv/temporary/../x }'),
    ['PGR130 6:35 publish.folder: the path leaves the workspace'],
  ],
];

test.each(cases)('%s', (_what, text, expected) => {
  expect(problemsOf(() => parse(text)).map(brief)).toEqual(expected);
});
