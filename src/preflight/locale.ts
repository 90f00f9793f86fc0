import { type DatabaseLocale, localeOfCopy, readLocale, unknownLocale } from '../postgres/database-locale.ts';
import type { Session } from '../postgres/session.ts';
import type { Finding, Subject } from './finding.ts';

export interface LocaleFacts {
  readonly source: DatabaseLocale;
  /** What the restore asks for instead. */
  readonly asked: string | undefined;
  /** Of the database that is there already, and stays. */
  readonly existing: DatabaseLocale | undefined;
  /** What of the locale the target does not know. */
  readonly unknown: string | undefined;
}

/** Asks the target whether it could make the database; `existing` is a session in one that is to be filled. */
export async function readLocaleFacts(
  control: Session,
  source: DatabaseLocale,
  asked: string | undefined,
  existing: Session | undefined,
): Promise<LocaleFacts> {
  if (existing !== undefined) return { source, asked, existing: await readLocale(existing), unknown: undefined };
  return { source, asked, existing: undefined, unknown: await unknownLocale(control, localeOfCopy(source, asked)) };
}

export function judgeLocale(connection: string, database: string, facts: LocaleFacts): Finding {
  const { source, asked, existing, unknown } = facts;
  const subject: Subject = { check: 'encoding and locale', about: `${connection}: ${database}` };
  const wanted = localeOfCopy(source, asked);
  if (unknown !== undefined)
    return {
      ...subject,
      verdict: 'blocks',
      code: 'PGR166',
      says: `${connection} does not know ${unknown}, which "${database}" is to have`,
      remedy: 'install it there, or choose another one with `locale`, such as `locale: C.UTF-8`',
    };
  if (existing === undefined || inWords(existing) === inWords(wanted))
    return { ...subject, verdict: 'ok', says: inWords(wanted) };
  if (source.encoding === 'SQL_ASCII' && existing.encoding !== source.encoding)
    return {
      ...subject,
      verdict: 'blocks',
      code: 'PGR165',
      // COPY checks bytes by the encoding that the archive names, and by that one all are right (measured with 15).
      says: `"${database}" is there with the encoding ${existing.encoding}, and would take bytes of an SQL_ASCII database that are no text of it`,
      remedy: 'let the restore make the database, and convert the text there',
    };
  return {
    ...subject,
    verdict: 'warning',
    says: `"${database}" is there with ${inWords(existing)}; the source has ${inWords(wanted)}`,
    remedy:
      existing.encoding === wanted.encoding
        ? 'what is sorted may come in another order: let the restore make the database'
        : 'characters may have no equivalent there: let the restore make the database',
  };
}

function inWords({ encoding, collate, characterType, localeProvider, locale }: DatabaseLocale): string {
  const types = collate === characterType ? collate : `${collate} and ${characterType}`;
  return `${encoding}, ${types}${localeProvider === 'libc' ? '' : `, ${locale ?? ''} of ${localeProvider}`}`;
}
