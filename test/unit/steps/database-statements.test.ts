import { describe, expect, test } from 'vitest';
import type { RestoreOptions } from '../../../src/postgres/arguments.ts';
import { databaseStatements } from '../../../src/steps/database-statements.ts';
import { entryOf } from '../postgres/archive/entries.ts';

const keep: RestoreOptions = { jobs: 1, owners: { kind: 'keep' }, privileges: 'keep', flags: [] };

const settings = "ALTER DATABASE app SET work_mem TO '8MB';\nALTER ROLE ann IN DATABASE app SET x TO 'DATABASE app';\n";
const grants = 'REVOKE CONNECT,TEMPORARY ON DATABASE app FROM PUBLIC;\nGRANT CONNECT ON DATABASE app TO bob;\n';
const comment = "COMMENT ON DATABASE app IS 'the app';\n";
const entries = [
  entryOf({ description: 'DATABASE', tag: 'app', owner: 'Ann', definition: 'CREATE DATABASE app;\n' }),
  entryOf({ description: 'COMMENT', tag: 'DATABASE app', definition: comment }),
  entryOf({ description: 'DATABASE PROPERTIES', tag: 'app', definition: settings }),
  entryOf({ description: 'ACL', tag: 'DATABASE app', definition: grants }),
  entryOf({ description: 'ACL', tag: 'TABLE app', definition: 'GRANT ALL ON TABLE app TO bob;\n' }),
  entryOf({ description: 'COMMENT', tag: 'TABLE app', definition: 'COMMENT ON TABLE app IS NULL;\n' }),
  entryOf({ description: 'TABLE', tag: 'app', definition: 'CREATE TABLE app ();\n' }),
];

const renamed = (text: string) => text.replaceAll(/DATABASE app\b(?!')/g, 'DATABASE "copy"');
const owner = (name: string) => `alter database "copy" owner to "${name}"`;
const all = [owner('Ann'), renamed(comment), renamed(settings), renamed(grants)];

describe('what the archive says of the database itself', () => {
  test.each<readonly [string, boolean, Partial<RestoreOptions>, readonly string[]]>([
    ['all of it, for a copy that was made', true, {}, all],
    ['its settings alone, for one that was there', false, {}, [renamed(settings)]],
    ['another owner', true, { owners: { kind: 'role', role: 'o"r' } }, [owner('o""r'), ...all.slice(1)]],
    ['no owner', true, { owners: { kind: 'drop' } }, all.slice(1)],
    ['no grants', true, { privileges: 'skip' }, all.slice(0, 3)],
  ])('%s', (_, created, changes, expected) => {
    const statements = databaseStatements(entries, { source: 'app', target: 'copy', created }, { ...keep, ...changes });
    expect(statements).toEqual(expected);
  });

  test('is nothing in a dump of chosen tables', () => {
    expect(databaseStatements(entries.slice(4), { source: 'app', target: 'copy', created: true }, keep)).toEqual([]);
  });

  test('is left out where it is empty', () => {
    const empty = [entryOf({ description: 'DATABASE PROPERTIES', tag: 'app', definition: ' \n' })];
    expect(databaseStatements(empty, { source: 'app', target: 'copy', created: true }, keep)).toEqual([]);
  });
});
