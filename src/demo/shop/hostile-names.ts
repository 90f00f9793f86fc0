import { quoteIdentifier, quoteLiteral, quoteQualified } from '../../postgres/quote.ts';

/** The schema that holds them. */
export const hostileSchema = 'Räume & Ideen';

/** Names that Postgres allows and that trip up scripts, shells, archives' listings and the logs of a CI. */
export const hostileNames = [
  `o'brien "quoted"`,
  'line\nbreak',
  'carriage\rreturn',
  'tab\there',
  '100%s of %d',
  '-rf',
  '--help',
  '@response-file',
  ';DROP SCHEMA shop CASCADE;--',
  '::error file=app.js,line=1::not an error',
  '##[group]not a group',
  'back\\slash',
  '\\.',
  '$$dollars$$ ${HOME} $(id) `id`',
  'patterns*?[a-z]|(x)',
  'dotted.name.x',
  ' blanks around ',
  '<script>alert(1)</script>',
  'select',
  'UPPER lower',
  'elephant 🐘',
  'right‮to left',
  `63 bytes ${'ü'.repeat(27)}`,
] as const;

/** For each name a table with a column, a check and (cut) an index of that name, and two rows: the name, and no value. */
export function shopHostileNames(): string {
  const tables = hostileNames.map((name, index) => {
    const [table, column] = [quoteQualified(hostileSchema, name), quoteIdentifier(name)];
    return `
CREATE TABLE ${table} (id integer GENERATED ALWAYS AS IDENTITY, ${column} text DEFAULT ${quoteLiteral(name)});
ALTER TABLE ${table} ADD PRIMARY KEY (id), ADD CONSTRAINT ${column} CHECK (id > 0);
CREATE INDEX ${quoteIdentifier(`by ${index} ${name.slice(0, 20)}`)} ON ${table} (${column});
COMMENT ON TABLE ${table} IS ${quoteLiteral(`${name}\n\\. "next" line`)};
INSERT INTO ${table} DEFAULT VALUES;
INSERT INTO ${table} (${column}) VALUES (NULL);`;
  });
  return `${tables.join('\n')}\n${otherKinds(quoteQualified(hostileSchema, hostileNames[1]))}`;
}

function otherKinds(table: string): string {
  const named = (name: string) => quoteQualified(hostileSchema, name);
  return `
CREATE VIEW ${named('view\nof "lines"')} AS SELECT * FROM ${table};
CREATE SEQUENCE ${named('-- no comment')};
CREATE TYPE ${named("it's a mood")} AS ENUM ('a''b', 'c\nd', '', '::warning::e', 'f"g');
CREATE FUNCTION ${named('f(x); --')}(${quoteIdentifier('an "argument"')} text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $tricky$ SELECT $1 || '$$' $tricky$;
CREATE DOMAIN ${named('100% domain')} AS text CHECK (VALUE <> E'\\\\.');
COMMENT ON FUNCTION ${named('f(x); --')}(text) IS E'\\\\connect elsewhere\\n\\\\! true';
`;
}
