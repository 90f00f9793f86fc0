import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TestServer } from '../../support/client-tools.ts';
import { urlOf } from '../../support/databases.ts';
import { makeWorkspace } from '../../support/round-trip.ts';
import { copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, queryOn, serverMajors, sharedServer } from '../../support/servers.ts';

/** Drills a database made by hand and compares what a query says of source and copy. */
async function compare(server: TestServer, create: string, sql: string, look: string) {
  const name = `made_${randomBytes(4).toString('hex')}`;
  await using source = copyOn(server, name);
  await queryOn(server, 'postgres', `CREATE DATABASE ${name} TEMPLATE template0 ${create}`);
  await source.query(sql);
  await using workspace = await makeWorkspace();
  await using copy = copyOn(server, `${name}_copy`);
  const url = urlOf(server, name);
  const { report } = await workspace.run({
    connections: { source: url, target: urlOf(server, 'postgres') },
    steps: drill(name, copy.name),
  });
  expect(ending(report)).toEqual(proven);
  const found = await copy.query(look);
  expect(found).toEqual(await source.query(look));
  return found;
}

const locale = `
  SELECT pg_encoding_to_char(encoding) AS encoding, datcollate::text, datctype::text, to_jsonb(d) ->> 'datlocprovider' AS provider,
    to_jsonb(d) ->> 'daticulocale' AS icu
  FROM pg_database d WHERE datname = current_database()`;

describe.each(serverMajors)('on server %i', major => {
  test.each([
    ['LATIN1', `ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`],
    ['EUC_JP', `ENCODING 'EUC_JP' LC_COLLATE 'C' LC_CTYPE 'C'`],
    ['UTF8', `ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C'`],
  ])('the encoding %s is kept, and the text in it', async (encoding, create) => {
    const word = encoding === 'EUC_JP' ? '日本' : 'Bücher';
    const table = encoding === 'EUC_JP' ? 'words' : 'Bücher';
    const sql = `CREATE TABLE "${table}" AS SELECT '${word}'::text AS text; COMMENT ON TABLE "${table}" IS '${word}'`;
    const look = `SELECT text, convert_to(text, '${encoding}') AS bytes, obj_description('"${table}"'::regclass) AS comment, l.*
      FROM "${table}", (${locale}) AS l`;
    const [found] = await compare(await sharedServer(major), create, sql, look);
    expect(found).toMatchObject({ encoding, text: word, comment: word });
  });

  test('bytes that no encoding forbids are kept', async () => {
    const look = `SELECT encode(text::bytea, 'hex') AS bytes, l.* FROM bytes, (${locale}) AS l`;
    const found = await compare(
      await sharedServer(major),
      `ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'`,
      `CREATE TABLE bytes AS SELECT E'a\\xff\\xfe\\x80z'::text AS text`,
      look,
    );
    expect(found).toMatchObject([{ bytes: '61fffe807a', encoding: 'SQL_ASCII' }]);
  });
});

test('a locale of ICU is kept', async context => {
  const server = await sharedServer();
  const [icu] = await queryOn(server, 'postgres', "SELECT FROM pg_collation WHERE collprovider = 'i' LIMIT 1");
  context.skip(server.major < 15 || icu === undefined, 'no server here has databases with a locale of ICU');
  const create = `LOCALE_PROVIDER icu ICU_LOCALE 'sv-SE' LC_COLLATE 'C' LC_CTYPE 'C'`;
  const words = `CREATE TABLE words AS SELECT unnest(ARRAY['ö', 'z', 'ä', 'a']) AS word`;
  const found = await compare(
    server,
    create,
    words,
    `SELECT string_agg(word, '' ORDER BY word) AS sorted, l.* FROM words, (${locale}) AS l GROUP BY 2, 3, 4, 5, 6`,
  );
  expect(found).toMatchObject([{ provider: 'i', icu: expect.stringMatching(/^sv/), sorted: 'azäö' }]);
});

test('settings, owner, comment, grants and limits of the database come along', async () => {
  const server = await sharedServer();
  const role = `keeper_${randomBytes(4).toString('hex')}`;
  await queryOn(server, 'postgres', `CREATE ROLE ${role}`);
  try {
    await using source = await freshDatabase(server);
    await source.query(`
      ALTER DATABASE ${source.name} SET search_path TO "a, b", 'c''d', public;
      ALTER DATABASE ${source.name} SET work_mem TO '9MB';
      ALTER ROLE ${role} IN DATABASE ${source.name} SET statement_timeout TO '5min';
      ALTER DATABASE ${source.name} CONNECTION LIMIT 33;
      COMMENT ON DATABASE ${source.name} IS E'It''s\\nDATABASE ${source.name}';
      REVOKE ALL ON DATABASE ${source.name} FROM PUBLIC;
      GRANT CREATE, CONNECT ON DATABASE ${source.name} TO ${role} WITH GRANT OPTION;
      ALTER DATABASE ${source.name} OWNER TO ${role}`);
    await using workspace = await makeWorkspace();
    await using copy = copyOn(server, `${source.name}_copy`);
    const { report } = await workspace.run({
      connections: { source: source.url, target: source.url },
      steps: drill(source.name, copy.name),
    });
    expect(ending(report)).toEqual(proven);
    const look = `
      SELECT datdba::regrole::text AS owner, datconnlimit, shobj_description(oid, 'pg_database') AS comment,
        (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) AS a) AS grants,
        (SELECT json_agg(json_build_array(setrole::regrole::text, setconfig) ORDER BY setrole) FROM pg_db_role_setting
          WHERE setdatabase = d.oid) AS settings
      FROM pg_database d WHERE datname = current_database()`;
    const [found] = await copy.query(look);
    expect(found).toEqual((await source.query(look))[0]);
    expect(found).toMatchObject({ owner: role, datconnlimit: 33, comment: `It's\nDATABASE ${source.name}` });
  } finally {
    await queryOn(server, 'postgres', `DROP ROLE ${role}`);
  }
});
