import type { Section, TocEntry } from '../../../src/postgres/archive/model.ts';
import type { CompareOptions } from '../../../src/verify/compared-entries.ts';

export interface EntryFacts {
  readonly section?: Section;
  readonly owner?: string | undefined;
  readonly tablespace?: string;
  readonly accessMethod?: string;
  readonly namespace?: string | undefined;
}

/** One entry as pg_dump writes it, owned by `alice` and in schema `app` unless said otherwise. */
export function entry(description: string, tag: string, definition: string, facts: EntryFacts = {}): TocEntry {
  return {
    dumpId: 1,
    hasData: false,
    tableOid: 1259,
    oid: 16384,
    tag,
    description,
    section: facts.section ?? (attached.has(description) ? 'none' : 'pre-data'),
    definition,
    dropStatement: undefined,
    copyStatement: undefined,
    namespace: 'namespace' in facts ? facts.namespace : 'app',
    tablespace: facts.tablespace ?? '',
    accessMethod: facts.accessMethod ?? (description === 'TABLE' ? 'heap' : ''),
    relationKind: undefined,
    owner: 'owner' in facts ? facts.owner : 'alice',
    dependencies: [],
    location: { kind: 'offset', state: 'none', position: 0 },
  };
}

const attached: ReadonlySet<string> = new Set(['ACL', 'COMMENT', 'SECURITY LABEL']);

export const everything: CompareOptions = {
  owners: 'keep',
  privileges: 'keep',
  sections: ['pre-data', 'data', 'post-data'],
};

export const users = entry('TABLE', 'users', 'CREATE TABLE app.users (\n    id integer NOT NULL,\n    name text\n);\n');
export const usersIndex = entry('INDEX', 'users_name', 'CREATE INDEX users_name ON app.users USING btree (name);\n', {
  section: 'post-data',
});
