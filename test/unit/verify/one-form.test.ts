import { describe, expect, it, test } from 'vitest';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { compareObjects } from '../../../src/verify/compare-objects.ts';
import { entry, everything } from './toc-fixtures.ts';

/** A comment on a procedure as a server prints its arguments. */
const comment = (signature: string, text = 'At the end') =>
  entry('COMMENT', `PROCEDURE ${signature}`, `COMMENT ON PROCEDURE app.${signature} IS '${text}';\n`);
const grants = (signature: string) =>
  entry(
    'ACL',
    `PROCEDURE ${signature}`,
    `REVOKE ALL ON PROCEDURE app.${signature} FROM PUBLIC;\nGRANT ALL ON PROCEDURE app.${signature} TO clerk;\n`,
  );
const defaults = (definition: string) => entry('DEFAULT ACL', 'DEFAULT PRIVILEGES FOR TABLES', definition);
const onTable = (definition: string) => entry('ACL', 'TABLE t', definition);
/** All that an owner has before 17, as pg_dump from 17 on prints it. */
const seven = 'SELECT,INSERT,REFERENCES,DELETE,TRIGGER,TRUNCATE,UPDATE';
const database = (definition: string) => entry('DATABASE', 'shop', definition, { namespace: undefined });

const differences = (source: TocEntry, target: TocEntry) =>
  compareObjects([source], [target], { ...everything, databaseName: { source: 'shop', target: 'shop' } }).findings;

describe('what versions print in different ways is equal', () => {
  test.each<readonly [string, TocEntry, TocEntry]>([
    ['a comment', comment('p(a date, INOUT b int)'), comment('p(IN a date, INOUT b int)')],
    ['each argument', comment('p(a date, b int)'), comment('p(IN a date, IN b int)')],
    ['all grants', grants('p(a date)'), grants('p(IN a date)')],
    ['a quoted name', comment('"p(IN x"(a date)'), comment('"p(IN x"(IN a date)')],
    ['its own text', comment('p(a date)', 'see p(IN a date)'), comment('p(IN a date)', 'see p(IN a date)')],
    [
      'default privileges',
      defaults('ALTER DEFAULT PRIVILEGES FOR ROLE alice IN SCHEMA app GRANT SELECT ON TABLES  TO bob;\n'),
      defaults('ALTER DEFAULT PRIVILEGES FOR ROLE alice IN SCHEMA app GRANT SELECT ON TABLES TO bob;\n'),
    ],
    [
      'what an owner has kept before 17',
      onTable(
        `REVOKE ${seven} ON TABLE app."t FROM x;" FROM "o w";\nGRANT SELECT,UPDATE ON TABLE app."t FROM x;" TO "o w";\nGRANT SELECT ON TABLE app."t FROM x;" TO bob;\n`,
      ),
      onTable(
        'REVOKE ALL ON TABLE app."t FROM x;" FROM "o w";\nGRANT SELECT,MAINTAIN,UPDATE ON TABLE app."t FROM x;" TO "o w";\nGRANT SELECT ON TABLE app."t FROM x;" TO bob;\n',
      ),
    ],
    [
      'an owner without privileges before 17',
      onTable(`REVOKE ${seven} ON TABLE app.t FROM alice;\nGRANT SELECT ON TABLE app.t TO bob;\n`),
      onTable(
        'REVOKE ALL ON TABLE app.t FROM alice;\nGRANT MAINTAIN ON TABLE app.t TO alice;\nGRANT SELECT ON TABLE app.t TO bob;\n',
      ),
    ],
    [
      'the same by default',
      defaults(
        `ALTER DEFAULT PRIVILEGES FOR ROLE a REVOKE ${seven} ON TABLES FROM a;\nALTER DEFAULT PRIVILEGES FOR ROLE a GRANT SELECT ON TABLES TO a;\n`,
      ),
      defaults(
        'ALTER DEFAULT PRIVILEGES FOR ROLE a REVOKE ALL ON TABLES FROM a;\nALTER DEFAULT PRIVILEGES FOR ROLE a GRANT SELECT,MAINTAIN ON TABLES TO a;\n',
      ),
    ],
    [
      'the locale of libc',
      database("CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'C';\n"),
      database(
        "CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C';\n",
      ),
    ],
  ])('%s', (_, source, target) => {
    expect(differences(source, target)).toEqual([]);
    expect(differences(target, source)).toEqual([]);
  });
});

describe('what pg_dump from 17 on prints of a copy before 17', () => {
  const before17 = (source: TocEntry, target: TocEntry) =>
    compareObjects([source], [target], { ...everything, copyMajor: 16 }).findings;

  test.each<readonly [string, TocEntry, TocEntry]>([
    [
      'some privileges of its owner',
      onTable('REVOKE ALL ON TABLE app.t FROM alice;\nGRANT SELECT,UPDATE ON TABLE app.t TO alice;\n'),
      onTable(`REVOKE ${seven} ON TABLE app.t FROM alice;\nGRANT SELECT,UPDATE ON TABLE app.t TO alice;\n`),
    ],
    [
      'none',
      onTable('REVOKE ALL ON TABLE app.t FROM alice;\n'),
      onTable(`REVOKE ${seven} ON TABLE app.t FROM alice;\n`),
    ],
  ])('%s', (_, source, target) => {
    expect(before17(source, target)).toEqual([]);
    expect(before17(target, source)).toEqual([]);
    expect(before17(target, target)).toEqual([]);
    expect(differences(source, target)).not.toEqual([]);
  });

  test('is no other privilege', () => {
    const [one, other] = ['SELECT', 'DELETE'].map(privilege =>
      onTable(`REVOKE ${seven} ON TABLE app.t FROM alice;\nGRANT ${privilege} ON TABLE app.t TO alice;\n`),
    );
    expect(one && other && before17(one, other)).toHaveLength(1);
  });
});

describe('what means something else is not', () => {
  test.each<readonly [string, TocEntry, TocEntry]>([
    ['an argument out', comment('p(a date)'), comment('p(OUT a date)')],
    ['another text', comment('p(a date)', 'one'), comment('p(IN a date)', 'two')],
    ['another type', comment('p(a date)'), comment('p(IN a text)')],
    ['a quoted name', comment('p("a IN b" date)'), comment('p("a b" date)')],
    ['a function', entry('COMMENT', 'FUNCTION f(a date)', 'x'), entry('COMMENT', 'FUNCTION f(IN a date)', 'x')],
    [
      'the locale of ICU',
      database('CREATE DATABASE shop;\n'),
      database('CREATE DATABASE shop LOCALE_PROVIDER = icu;\n'),
    ],
    [
      'MAINTAIN for somebody else',
      onTable(`REVOKE ${seven} ON TABLE app.t FROM alice;\n`),
      onTable('REVOKE ALL ON TABLE app.t FROM alice;\nGRANT MAINTAIN ON TABLE app.t TO bob;\n'),
    ],
    [
      'another privilege of the owner',
      onTable(`REVOKE ${seven} ON TABLE app.t FROM alice;\nGRANT SELECT ON TABLE app.t TO alice;\n`),
      onTable('REVOKE ALL ON TABLE app.t FROM alice;\nGRANT SELECT,DELETE,MAINTAIN ON TABLE app.t TO alice;\n'),
    ],
    ['another grantee', defaults('GRANT SELECT ON TABLES  TO bob;'), defaults('GRANT SELECT ON TABLES TO eve;')],
  ])('%s', (_, source, target) => {
    expect(differences(source, target)).not.toEqual([]);
  });
});

it('overloaded procedures are still told apart', () => {
  const source = [comment('p(a date)', 'one'), comment('p(a text)', 'two')];
  const target = [comment('p(IN a text)', 'two'), comment('p(IN a date)', 'one')];
  expect(compareObjects(source, target, everything).findings).toEqual([]);
});
