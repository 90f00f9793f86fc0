import type { DumpedDatabase } from '../dumpset/manifest.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';

type Locale = Pick<DumpedDatabase, 'encoding' | 'collate' | 'characterType' | 'localeProvider' | 'locale'>;

/** Encoding and locale of the session's database. */
export async function readLocale(session: Session): Promise<Locale> {
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

/**
 * Creates an empty database of the source's encoding and locale. template0, as template1 may hold objects of its own.
 * `owner` is for a restore that runs as one role, which has to be allowed to create schemas.
 */
export function createDatabaseStatement(
  name: string,
  source: Locale,
  targetMajor: number,
  { owner, tablespace }: { readonly owner?: string | undefined; readonly tablespace?: string | undefined } = {},
): string {
  return [
    `create database ${quoteIdentifier(name)} with template = template0`,
    `encoding = ${quoteLiteral(source.encoding)}`,
    `lc_collate = ${quoteLiteral(source.collate)}`,
    `lc_ctype = ${quoteLiteral(source.characterType)}`,
    ...providerClauses(source, targetMajor),
    ...(owner === undefined ? [] : [`owner = ${quoteIdentifier(owner)}`]),
    ...(tablespace === undefined ? [] : [`tablespace = ${quoteIdentifier(tablespace)}`]),
  ].join(' ');
}

/** The first major that knows each provider. Before 15 there was libc alone, and no clause for it. */
const knownSince = { libc: 15, icu: 15, builtin: 17 } as const;

/** Said also of libc, as a cluster may have another one as its default. What the target does not know becomes libc. */
function providerClauses({ localeProvider, locale }: Locale, targetMajor: number): readonly string[] {
  if (targetMajor < knownSince.libc) return [];
  if (localeProvider === 'libc' || targetMajor < knownSince[localeProvider]) return ['locale_provider = libc'];
  return [
    `locale_provider = ${localeProvider}`,
    ...(locale === undefined ? [] : [`${localeProvider}_locale = ${quoteLiteral(locale)}`]),
  ];
}
