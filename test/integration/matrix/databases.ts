import type { Step } from '../../support/round-trip.ts';
import {
  type Corpus,
  corpora,
  corpusAbsence,
  type FreshDatabase,
  freshDatabase,
  loadCorpus,
  type TestServer,
} from '../../support/servers.ts';

/** A database of the matrix, and choices within it that can be restored by themselves. */
export interface MatrixDatabase {
  readonly name: 'shop' | Corpus;
  readonly load: (server: TestServer) => Promise<FreshDatabase>;
  /** Schemas that need nothing but each other. */
  readonly schemas: readonly string[];
  /** A schema that nothing outside of it needs. */
  readonly aside: string;
  /** Tables that need nothing but each other. */
  readonly tables: readonly string[];
  /** Tables that nothing else needs. */
  readonly leaves: readonly string[];
  readonly rename: Readonly<Record<string, string>>;
  /** Tables whose rows INSERT statements cannot bring along as they are. */
  readonly notInserted: Step;
}

/** Beside what the samples hold: all of them have one schema alone. */
const aside = `
  CREATE SCHEMA aside;
  CREATE TABLE aside.note (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);
  INSERT INTO aside.note (body) SELECT 'note ' || n FROM generate_series(1, 20) AS n;
  CREATE VIEW aside.notes AS SELECT count(*) AS n FROM aside.note`;

const shop: MatrixDatabase = {
  name: 'shop',
  load: server => freshDatabase(server, { shop: true, name: 'shop' }),
  schemas: ['"Räume & Ideen"', '"empty schema"'],
  aside: '"Räume & Ideen"',
  tables: ['shop.visits*', '"Räume & Ideen".*'],
  leaves: ['shop.returns'],
  rename: { shop: 'Another Shop', archive: 'attic' },
  // Bare numbers lose the sign of -0; from 17 on partitions take no values for an identity of older ones.
  notInserted: { exclude: { 'table-data': ['shop.every_type', 'shop.movements*'] } },
};

function corpus(name: Corpus, tables: readonly string[], leaves: readonly string[]): MatrixDatabase {
  return {
    name,
    load: async server => {
      const database = await loadCorpus(server, name);
      await database.query(aside);
      return database;
    },
    schemas: ['public'],
    aside: 'aside',
    tables: ['aside.note', ...tables],
    leaves,
    rename: { public: name },
    notInserted: {},
  };
}

const all: readonly MatrixDatabase[] = [
  shop,
  corpus('pagila', [], ['public.payment_p2022_01']),
  corpus('northwind', ['public.region', 'public.us_states'], ['public.order_details', 'public.us_states']),
  corpus('chinook', ['public.genre', 'public.media_type'], ['public.invoice_line']),
  corpus('chinook_serial', ['public.genre', 'public.media_type'], ['public.invoice_line']),
];

/** Those that are at hand: the shop, and the samples where there are any. */
export const databases: readonly MatrixDatabase[] = all.filter(
  ({ name }) => name === 'shop' || corpusAbsence(name) === undefined,
);

/** Why others are not. */
export const absences: readonly string[] = corpora.flatMap(name => corpusAbsence(name) ?? []);
