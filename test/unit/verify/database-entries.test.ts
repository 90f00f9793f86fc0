import { describe, expect, it } from 'vitest';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { compareObjects } from '../../../src/verify/compare-objects.ts';
import type { Finding } from '../../../src/verify/finding.ts';
import { entry, everything, users } from './toc-fixtures.ts';

const quoted = (name: string) => (/^[a-z_]+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
const none = { namespace: undefined };
const database = (name: string, encoding = 'UTF8', owner = 'alice') =>
  entry(
    'DATABASE',
    name,
    `CREATE DATABASE ${quoted(name)} WITH TEMPLATE = template0 ENCODING = '${encoding}' LOCALE = 'C';\n`,
    { ...none, owner },
  );
const properties = (name: string, ...settings: readonly string[]) =>
  entry(
    'DATABASE PROPERTIES',
    name,
    settings.map(setting => `ALTER DATABASE ${quoted(name)} ${setting};\n`).join(''),
    none,
  );
const comment = (name: string, text: string) =>
  entry('COMMENT', `DATABASE ${quoted(name)}`, `COMMENT ON DATABASE ${quoted(name)} IS '${text}';\n`, none);
const acl = (name: string) =>
  entry('ACL', `DATABASE ${quoted(name)}`, `REVOKE CONNECT ON DATABASE ${quoted(name)} FROM PUBLIC;\n`, none);

const made = { databaseName: { source: 'app', target: 'App "copy"' } };
const copy = made.databaseName.target;
const settingsChanged: Finding = {
  kind: 'changed',
  object: 'DATABASE PROPERTIES app',
  property: 'definition',
  expected: 'ALTER DATABASE "app" SET work_mem TO \'***\';',
  actual: '',
};

interface Case {
  readonly name: string;
  readonly source: readonly TocEntry[];
  readonly target: readonly TocEntry[];
  readonly options?: Partial<typeof everything>;
  readonly findings: readonly Finding[];
}

const timezone = "SET timezone TO 'UTC'";
const memory = "SET work_mem TO '8MB'";
const cases: readonly Case[] = [
  {
    name: 'made for the restore, under another name, equal',
    options: made,
    source: [database('app'), comment('app', 'see DATABASE app'), acl('app'), properties('app', timezone), users],
    target: [database(copy), comment(copy, 'see DATABASE app'), acl(copy), properties(copy, timezone), users],
    findings: [],
  },
  {
    name: 'made for the restore in another encoding',
    options: made,
    source: [database('app')],
    target: [database(copy, 'LATIN1')],
    findings: [
      {
        kind: 'changed',
        object: 'DATABASE app',
        property: 'definition',
        expected: "CREATE DATABASE \"app\" WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'C';",
        actual: "CREATE DATABASE \"app\" WITH TEMPLATE = template0 ENCODING = 'LATIN1' LOCALE = 'C';",
      },
    ],
  },
  {
    name: 'made for the restore without what pg_restore --create would have set',
    options: made,
    source: [database('app'), comment('app', 'x'), acl('app'), properties('app', timezone)],
    target: [database(copy)],
    findings: [
      { kind: 'missing', object: 'COMMENT DATABASE "app"' },
      { kind: 'missing', object: 'ACL DATABASE "app"' },
      { kind: 'missing', object: 'DATABASE PROPERTIES app' },
    ],
  },
  {
    name: 'made for the restore, with another owner',
    options: made,
    source: [database('app')],
    target: [database(copy, 'UTF8', 'bob')],
    findings: [{ kind: 'changed', object: 'DATABASE app', property: 'owner', expected: 'alice', actual: 'bob' }],
  },
  {
    name: 'made for the restore with owners left behind',
    options: { ...made, owners: { role: 'carol' } },
    source: [database('app')],
    target: [database(copy, 'UTF8', 'bob')],
    findings: [],
  },
  {
    name: 'made for the restore, with a setting too many',
    options: made,
    source: [database('app')],
    target: [database(copy), properties(copy, timezone)],
    findings: [{ kind: 'extra', object: 'DATABASE PROPERTIES app' }],
  },
  {
    name: 'there before: encoding, comment and grants are not those of the restore',
    source: [database('app'), comment('app', 'x'), acl('app'), users],
    target: [database('other', 'LATIN1', 'bob'), comment('other', 'y'), users],
    findings: [],
  },
  {
    name: 'there before: settings that were not applied',
    source: [database('app'), properties('app', timezone)],
    target: [database('other')],
    findings: [{ kind: 'missing', object: 'DATABASE PROPERTIES app' }],
  },
  {
    name: 'there before: one setting of two, and one of its own',
    source: [database('app'), properties('app', timezone, memory)],
    target: [database('other'), properties('other', timezone, "SET jit TO 'off'")],
    findings: [settingsChanged],
  },
  {
    name: 'there before: settings of its own',
    source: [database('app')],
    target: [database('other'), properties('other', timezone)],
    findings: [],
  },
  {
    name: 'a dump of chosen schemas says nothing of its database',
    options: made,
    source: [users],
    target: [database(copy), comment(copy, 'x'), properties(copy, timezone), users],
    findings: [],
  },
];

describe('entries about the database itself', () => {
  it.each(cases)('$name', ({ source, target, options, findings }) => {
    expect(compareObjects(source, target, { ...everything, ...options }).findings).toEqual(findings);
  });

  it('are never taken for mere rendering', () => {
    const comparison = compareObjects([database('app')], [database(copy, 'LATIN1')], { ...everything, ...made });
    expect(comparison.changed).toEqual([]);
  });
});
