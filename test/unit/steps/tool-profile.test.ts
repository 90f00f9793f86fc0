import { describe, expect, test } from 'vitest';
import type { Program } from '../../../src/postgres/process.ts';
import { createMessageReader } from '../../../src/postgres/tool-output.ts';
import { createProfile } from '../../../src/steps/profile.ts';
import { toolProfile } from '../../../src/steps/tool-profile.ts';
import { entryOf } from '../postgres/archive/entries.ts';

/** Lines, each said a second after the one before; the tool ends a second after the last. */
function told(program: Program, lines: readonly string[], jobs = false) {
  const profile = createProfile({ seconds: () => 0 });
  const entries = [
    entryOf({ dumpId: 7, description: 'TABLE DATA', namespace: 'sales', tag: 'items' }),
    entryOf({ dumpId: 8, description: 'INDEX', namespace: 'sales', tag: 'items_at' }),
  ];
  const tool = toolProfile(profile, 'app', { jobs, entries });
  let moment = 0;
  const reader = createMessageReader(program, message => tool.said(message, moment - 1));
  for (const line of lines) {
    reader.line(`${program}: ${line}`);
    moment++;
  }
  reader.end();
  tool.end(moment);
  return profile.parts().map(({ kind, name, start, seconds }) => [kind, name, start, start + seconds]);
}

describe('without jobs, one ends where the next begins', () => {
  test('of a dump', () => {
    const lines = [
      'reading indexes',
      'dumping contents of table "public.a"',
      'dumping contents of table "public.b"',
      'saving large objects',
    ];
    expect(told('pg_dump', lines)).toEqual([
      ['table', 'public.a', 1, 2],
      ['table', 'public.b', 2, 3],
      ['data', 'data', 1, 3],
    ]);
  });

  test('of a restore', () => {
    const lines = [
      'creating TABLE "public.a"',
      'processing data for table "public.a"',
      'warning: something is odd',
      'executing SEQUENCE SET s',
      'creating CONSTRAINT "public.a a_pkey"',
      'creating INDEX "public.a_i"',
      'creating FK CONSTRAINT "public.a a_fk"',
      'creating MATERIALIZED VIEW DATA "public.m"',
    ];
    expect(told('pg_restore', lines)).toEqual([
      ['table', 'public.a', 1, 3],
      ['index', 'public.a a_pkey', 4, 5],
      ['index', 'public.a_i', 5, 6],
      ['data', 'data', 1, 3],
      ['index builds', 'index builds', 4, 6],
      ['foreign keys', 'foreign keys', 6, 7],
      ['materialized views', 'materialized views', 7, 8],
    ]);
  });
});

describe('with jobs, each ends where the tool says so', () => {
  test('of a dump', () => {
    const lines = [
      'dumping contents of table "public.a"',
      'dumping contents of table "public.""b"""',
      'finished item 3 TABLE DATA a',
      'dumping contents of table "public.c"',
      'finished item 5 TABLE DATA c',
      'finished item 4 TABLE DATA "b"',
    ];
    expect(told('pg_dump', lines, true)).toEqual([
      ['table', 'public.a', 0, 2],
      ['table', 'public.c', 3, 4],
      ['table', 'public.""b""', 1, 5],
      ['data', 'data', 0, 5],
    ]);
  });

  test('of a dump, but not of two tables of one name at once, nor of one whose end got lost', () => {
    const lines = [
      'dumping contents of table "one.a"',
      'dumping contents of table "two.a"',
      'finished item 3 TABLE DATA a',
      'finished item 4 TABLE DATA a',
      'dumping contents of table "one.b"',
      'dumping contents of table "one.c"',
      'finished item 5 TABLE DATA c',
    ];
    expect(told('pg_dump', lines, true)).toEqual([
      ['table', 'one.c', 5, 6],
      ['data', 'data', 5, 6],
    ]);
  });

  test('of a dump, where many ends got lost: the first of them is long over', () => {
    const lost = Array.from({ length: 100 }, (_, index) => `dumping contents of table "one.b${index}"`);
    const begin = (name: string) => `dumping contents of table "${name}"`;
    expect(told('pg_dump', [begin('one.a'), ...lost, begin('two.a'), 'finished item 3 TABLE DATA a'], true)).toEqual([
      ['table', 'two.a', 101, 102],
      ['data', 'data', 101, 102],
    ]);
  });

  test('of a restore, by the names of the archive', () => {
    const lines = [
      'creating TABLE "sales.items"',
      'entering main parallel loop',
      'launching item 7 TABLE DATA items',
      'processing data for table "sales.items"',
      'launching item 9 INDEX unknown',
      'finished item 7 TABLE DATA items',
      'launching item 8 INDEX items_at',
      'creating INDEX "sales.items_at"',
      'creating INDEX "public.unknown"',
      'finished item 8 INDEX items_at',
      'finished item 9 INDEX unknown',
      'launching item 10 TRIGGER items t',
      'finished item 10 TRIGGER items t',
      'finished main parallel loop',
      'creating FK CONSTRAINT "sales.items items_fk"',
    ];
    expect(told('pg_restore', lines)).toEqual([
      ['table', 'sales.items', 2, 5],
      ['index', 'sales.items_at', 6, 9],
      ['index', 'unknown', 4, 10],
      ['data', 'data', 2, 5],
      ['index builds', 'index builds', 4, 10],
      ['foreign keys', 'foreign keys', 14, 15],
    ]);
  });
});

test('of ten thousand tables the ten slowest are kept, and what they took together', () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => `dumping contents of table "public.t${index}"`);
  const parts = told('pg_dump', lines);
  expect(parts).toHaveLength(11);
  expect(parts.at(-1)).toEqual(['data', 'data', 0, 10_000]);
});

test('a name of any length and shape is one short name', () => {
  const [, name] = told('pg_dump', [`dumping contents of table "${'x'.repeat(100_000)}"`])[0] ?? [];
  expect(String(name)).toHaveLength(300);
});
