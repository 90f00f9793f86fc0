import { describe, expect, it } from 'vitest';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { compareObjects } from '../../../src/verify/compare-objects.ts';
import { unsettled } from '../../../src/verify/database-checks.ts';
import { settleByScratch } from '../../../src/verify/settle-by-scratch.ts';
import { entry, everything, users } from './toc-fixtures.ts';

const view = (definition: string) => entry('VIEW', 'v', definition);
const operator = (definition: string) => entry('OPERATOR', '===', definition);

interface Case {
  readonly name: string;
  readonly source: readonly TocEntry[];
  readonly scratch: readonly TocEntry[];
  readonly target: readonly TocEntry[];
  /** Objects that remain changed. */
  readonly remaining: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'printed in another way by the target',
    source: [view('SELECT users.id')],
    scratch: [view('SELECT id')],
    target: [view('SELECT id')],
    remaining: [],
  },
  {
    name: 'printed in another way, but for blank lines',
    source: [view('SELECT users.id')],
    scratch: [view('SELECT id\n')],
    target: [view('SELECT id')],
    remaining: [],
  },
  {
    name: 'changed, whatever the scratch database prints',
    source: [view('SELECT users.id')],
    scratch: [view('SELECT id')],
    target: [view('SELECT name')],
    remaining: ['VIEW app.v'],
  },
  {
    name: 'not restored into the scratch database',
    source: [view('SELECT users.id')],
    scratch: [],
    target: [view('SELECT id')],
    remaining: ['VIEW app.v'],
  },
  {
    name: 'the definition stands under another name in the scratch database',
    source: [view('SELECT users.id')],
    scratch: [entry('VIEW', 'w', 'SELECT id')],
    target: [view('SELECT id')],
    remaining: ['VIEW app.v'],
  },
  {
    name: 'of two objects under one key, one turned into the other',
    source: [operator('a'), operator('b')],
    scratch: [operator('a'), operator('c')],
    target: [operator('a'), operator('a')],
    remaining: ['OPERATOR app.==='],
  },
  {
    name: 'two objects under one key, both printed in another way',
    source: [operator('a'), operator('b')],
    scratch: [operator('A'), operator('B')],
    target: [operator('B'), operator('A')],
    remaining: [],
  },
];

describe('settleByScratch', () => {
  it.each(cases)('$name', ({ source, scratch, target, remaining }) => {
    const { changed, findings } = compareObjects(source, target, everything);
    const settled = settleByScratch(changed, scratch, target);
    expect(findings.filter(finding => !settled.has(finding)).map(({ object }) => object)).toEqual(remaining);
  });

  it('leaves an owner as it is', () => {
    const target = { ...users, owner: 'bob', definition: 'printed anew' };
    const { changed, findings } = compareObjects([users], [target], everything);
    const settled = settleByScratch(changed, [target], [target]);
    expect(findings.filter(finding => !settled.has(finding))).toEqual([
      { kind: 'changed', object: 'TABLE app.users', property: 'owner', expected: 'alice', actual: 'bob' },
    ]);
  });
});

describe('public, of which a part of a database says nothing', () => {
  const ofPublic = (owner: string, grants: string) => [
    entry('SCHEMA', 'public', '-- *not* creating schema, since initdb creates it\n', { owner, namespace: undefined }),
    entry('ACL', 'SCHEMA public', grants, { owner, namespace: undefined }),
  ];
  const made = ofPublic('postgres', 'GRANT ALL ON SCHEMA public TO PUBLIC;\n');
  const majors = { source: 14, archive: 15, client: 15 };
  const left = (target: readonly TocEntry[]) => {
    const comparison = compareObjects([users], [users, ...target], everything);
    const settled = settleByScratch(unsettled(comparison, majors), [users, ...made], [users, ...target]);
    return comparison.findings.filter(finding => !settled.has(finding)).map(({ object }) => object);
  };

  it('is no difference where it is as in every new database', () => {
    expect(left(made)).toEqual([]);
  });

  it('is one where it has another owner or other grants', () => {
    expect(left(ofPublic('bob', 'GRANT ALL ON SCHEMA public TO PUBLIC;\n'))).toEqual(['SCHEMA public']);
    expect(left(ofPublic('postgres', 'GRANT USAGE ON SCHEMA public TO PUBLIC;\n'))).toEqual(['ACL SCHEMA public']);
  });

  it('is one object among others: they stay extra', () => {
    const other = entry('TABLE', 'other', 'CREATE TABLE app.other ();\n');
    expect(left([...made, other])).toEqual(['TABLE app.other']);
  });
});
