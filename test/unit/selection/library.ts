import type { Section, TocEntry } from '../../../src/postgres/archive/model.ts';
import { entry } from '../verify/toc-fixtures.ts';

type Row = readonly [dumpId: number, section: Section, description: string, name: string, ...dependencies: number[]];

/** A table of contents as pg_dump 15 writes it, with the dependencies that it notes. */
const rows: readonly Row[] = [
  [1, 'pre-data', 'ENCODING', 'ENCODING'],
  [2, 'pre-data', 'DATABASE', 'library'],
  [3, 'none', 'COMMENT', 'DATABASE library', 2],
  [6, 'pre-data', 'SCHEMA', 'other'],
  [7, 'pre-data', 'SCHEMA', 'app'],
  [8, 'none', 'ACL', 'SCHEMA app', 7],
  [10, 'pre-data', 'EXTENSION', 'hstore'],
  [11, 'none', 'COMMENT', 'EXTENSION hstore', 10],
  [20, 'pre-data', 'TYPE', 'other.mood', 6],
  [21, 'pre-data', 'FUNCTION', 'other.trg()', 6],
  [22, 'pre-data', 'FUNCTION', 'other.unused()', 6],
  [30, 'pre-data', 'SEQUENCE', 'other.counter', 6],
  [40, 'pre-data', 'TABLE', 'app.book', 7, 20, 30, 10],
  [41, 'none', 'COMMENT', 'app.TABLE book', 40],
  [42, 'none', 'ACL', 'app.TABLE book', 40],
  [43, 'pre-data', 'SEQUENCE', 'app.book_id_seq', 7, 40],
  [44, 'pre-data', 'SEQUENCE OWNED BY', 'app.book_id_seq', 43],
  [45, 'pre-data', 'TABLE', 'app.loan', 7],
  [46, 'pre-data', 'VIEW', 'app.titles', 40, 7],
  [47, 'pre-data', 'TABLE', 'app.event', 7],
  [48, 'pre-data', 'TABLE', 'other.event_1', 47, 6],
  [49, 'pre-data', 'TABLE ATTACH', 'other.event_1', 48, 47],
  [50, 'pre-data', 'DEFAULT', 'app.book id', 40, 43],
  [60, 'data', 'TABLE DATA', 'app.book', 40],
  [61, 'data', 'TABLE DATA', 'app.loan', 45],
  [62, 'data', 'TABLE DATA', 'other.event_1', 48],
  [63, 'data', 'SEQUENCE SET', 'app.book_id_seq', 43],
  [64, 'data', 'SEQUENCE SET', 'other.counter', 30],
  [70, 'post-data', 'CONSTRAINT', 'app.book book_pkey', 40],
  [71, 'none', 'COMMENT', 'app.CONSTRAINT book_pkey ON book', 70],
  [72, 'post-data', 'INDEX', 'app.book_isbn', 40],
  [73, 'post-data', 'INDEX', 'app.event_at', 47],
  [74, 'post-data', 'INDEX', 'other.event_1_at', 48, 73],
  [75, 'post-data', 'INDEX ATTACH', 'other.event_1_at', 74, 73, 48, 47],
  [76, 'post-data', 'TRIGGER', 'app.book t', 40, 21],
  [77, 'post-data', 'FK CONSTRAINT', 'app.loan loan_book_fkey', 45, 70, 40],
  [78, 'post-data', 'FK CONSTRAINT', 'app.loan loan_isbn_fkey', 45, 72, 40],
  [80, 'post-data', 'PUBLICATION', 'pub'],
  [81, 'post-data', 'PUBLICATION TABLE', 'app.pub book', 40, 80],
];

export const library: readonly TocEntry[] = rows.map(([dumpId, section, description, name, ...dependencies]) => {
  const [, namespace, tag] = /^(app|other)\.(.*)$/.exec(name) ?? [undefined, undefined, name];
  return { ...entry(description, tag ?? '', '', { section, namespace }), dumpId, dependencies };
});
