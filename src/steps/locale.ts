import { type DatabaseLocale, knownSince } from '../postgres/database-locale.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';

/**
 * Creates an empty database of the source's encoding and locale. template0, as template1 may hold objects of its own.
 * `owner` is for a restore that runs as one role, which has to be allowed to create schemas.
 */
export function createDatabaseStatement(
  name: string,
  source: DatabaseLocale,
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

/**
 * Said also of libc, as a cluster may have another one as its default. What the target does not know becomes libc: no copy,
 * for which it is refused, but the scratch database beside one that was made by hand.
 */
function providerClauses({ localeProvider, locale }: DatabaseLocale, targetMajor: number): readonly string[] {
  if (targetMajor < knownSince.libc) return [];
  if (localeProvider === 'libc' || targetMajor < knownSince[localeProvider]) return ['locale_provider = libc'];
  return [
    `locale_provider = ${localeProvider}`,
    ...(locale === undefined ? [] : [`${localeProvider}_locale = ${quoteLiteral(locale)}`]),
  ];
}
