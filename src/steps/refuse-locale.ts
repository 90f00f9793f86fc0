import { fault } from '../errors.ts';
import { type DatabaseLocale, localeOfCopy, unknownLocale } from '../postgres/database-locale.ts';
import type { Session } from '../postgres/session.ts';

/** Throws PGR166 if a database of this locale, or of the one that was asked for instead, cannot be made on the server. */
export async function refuseLocale(
  control: Session,
  source: DatabaseLocale,
  asked: string | undefined,
  names: { readonly database: string; readonly connection: string },
): Promise<void> {
  const unknown = await unknownLocale(control, localeOfCopy(source, asked));
  if (unknown === undefined) return;
  const whose = asked === undefined ? `of the database "${names.database}"` : 'that the restore asks for';
  throw fault(
    'PGR166',
    `${names.connection} does not know ${unknown} ${whose}`,
    'install it there, choose another one with `locale`, such as `locale: C.UTF-8`, or create the database yourself and restore into it',
  );
}
