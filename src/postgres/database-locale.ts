import { quoteLiteral } from './quote.ts';
import type { Session } from './session.ts';
import { sqlStateOf } from './session-errors.ts';

/** Encoding and locale of a database, which are fixed when it is made. */
export interface DatabaseLocale {
  readonly encoding: string;
  readonly collate: string;
  readonly characterType: string;
  readonly localeProvider: 'libc' | 'icu' | 'builtin';
  readonly locale: string | undefined;
}

/** The first major that knows each provider. Before 15 there was libc alone, and no clause for it. */
export const knownSince = { libc: 15, icu: 15, builtin: 17 } as const;

/** Encoding and locale of the session's database. */
export async function readLocale(session: Session): Promise<DatabaseLocale> {
  const { major } = session.serverVersion;
  const provider = major >= 15 ? 'datlocprovider::text' : `'c'`;
  const locale = major >= 17 ? 'datlocale' : major >= 15 ? 'daticulocale' : 'null';
  const [row] = await session.query<{
    encoding: string;
    collate: string;
    ctype: string;
    provider: string;
    locale: string | null;
  }>(
    `select pg_encoding_to_char(encoding)::text as encoding, datcollate::text as collate, datctype::text as ctype,
       ${provider} as provider, ${locale}::text as locale
     from pg_database where datname = current_database()`,
  );
  return {
    encoding: row?.encoding ?? 'UTF8',
    collate: row?.collate ?? 'C',
    characterType: row?.ctype ?? 'C',
    localeProvider: row?.provider === 'i' ? 'icu' : row?.provider === 'b' ? 'builtin' : 'libc',
    locale: row?.locale ?? undefined,
  };
}

/** The locale of a copy: that of its source, unless another one was asked for. */
export function localeOfCopy<Source extends DatabaseLocale>(source: Source, asked: string | undefined): Source {
  if (asked === undefined) return source;
  return { ...source, collate: asked, characterType: asked, localeProvider: 'libc', locale: undefined };
}

/**
 * What of a locale a server does not know, in words; undefined if a database can be made with it. A collation that is
 * never committed tries it out, as a server lists not all that it knows.
 */
export async function unknownLocale(session: Session, locale: DatabaseLocale): Promise<string | undefined> {
  const { collate, characterType, localeProvider } = locale;
  if (localeProvider !== 'libc' && session.serverVersion.major < knownSince[localeProvider])
    return `the locale provider ${localeProvider}`;
  const tried: readonly (readonly [string, string])[] = [
    [`the locale ${collate}`, `lc_collate = ${quoteLiteral(collate)}, lc_ctype = ${quoteLiteral(collate)}`],
    [
      `the locale ${characterType}`,
      `lc_collate = ${quoteLiteral(characterType)}, lc_ctype = ${quoteLiteral(characterType)}`,
    ],
    ...(localeProvider === 'libc' || locale.locale === undefined
      ? []
      : ([
          [
            `the locale ${locale.locale} of ${localeProvider}`,
            `provider = ${localeProvider}, locale = ${quoteLiteral(locale.locale)}`,
          ],
        ] as const)),
  ];
  for (const [name, clauses] of tried) {
    if (/^the locale (?:C|POSIX)$/.test(name)) continue;
    if (await isRefused(session, clauses)) return name;
  }
  return undefined;
}

/** Not known, not a name of this provider, or a provider that the server was built without. */
const refusals = ['22023', '42704', '42602', '42809', '0A000'];

async function isRefused(session: Session, clauses: string): Promise<boolean> {
  try {
    await session.query(`begin; create collation pg_temp.pg_roundtrip_probe (${clauses})`);
    return false;
  } catch (error) {
    // Whoever may not try it out, or only in another encoding, is told when the database is made.
    const said = error instanceof Error ? error.message : '';
    return refusals.includes(sqlStateOf(error) ?? '') && !/encoding/i.test(said);
  } finally {
    await session.query('rollback');
  }
}
