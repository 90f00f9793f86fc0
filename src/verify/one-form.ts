import type { TocEntry } from '../postgres/archive/model.ts';

/** Kinds whose tag names the object that they are attached to, as `PROCEDURE close_orders(before date)`. */
const attached: ReadonlySet<string> = new Set(['ACL', 'COMMENT', 'SECURITY LABEL']);

/**
 * An entry as every version prints it, for the few things that versions print in different ways and that no scratch
 * database can settle, as they are in the tag, in grants, or about the database itself:
 *
 * - servers from 14 say `IN` before the plain arguments of a procedure, also where something is attached to it;
 * - pg_dump before 16 has two blanks in default privileges;
 * - what was revoked from an owner before 17 does not take MAINTAIN from it, a privilege that every owner has from 17 on, so
 *   pg_dump from 17 on names what was revoked, where an older one says ALL;
 * - pg_dump before 15 does not say that a locale is libc's, which it is when nothing else is said.
 *
 * `major`: of the copy's server; undefined stands for the newest.
 */
export function inOneForm(entry: TocEntry, major: number | undefined): TocEntry {
  const { description, tag, definition } = entry;
  if (definition === undefined) return entry;
  if (description === 'DATABASE') return { ...entry, definition: definition.replace(/ LOCALE_PROVIDER = libc\b/, '') };
  if (description === 'DEFAULT ACL') {
    const plain = definition.replace(/( ON [A-Z ]*[A-Z]) {2}(?=(?:TO|FROM) )/g, '$1 ');
    return { ...entry, definition: fromOwner(plain, major) };
  }
  if (description === 'ACL' && tag.startsWith('TABLE ')) return { ...entry, definition: fromOwner(definition, major) };
  if (!attached.has(description) || !tag.startsWith('PROCEDURE ')) return entry;
  const printed = tag.slice('PROCEDURE '.length);
  const plain = withoutIn(printed);
  const replaced = plainer(entry.description === 'ACL', definition, printed, plain);
  return { ...entry, tag: `PROCEDURE ${plain}`, definition: replaced };
}

const identifier = '(?:"(?:[^"]|"")+"|[^\\s".;]+)';

/** Only pg_dump from 17 on prints this, of a server before 17: else it says ALL, as nothing but these can be revoked. */
const revokedFromOwner = new RegExp(
  `^((?:ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier} )?)REVOKE SELECT,INSERT,REFERENCES,DELETE,TRIGGER,TRUNCATE,UPDATE` +
    ` ON (TABLE ${identifier}(?:\\.${identifier})?|TABLES) FROM (${identifier});(?:\\n\\1GRANT ([A-Z,]+) ON \\2 TO \\3;)?`,
  'gm',
);

/** As a server of this major has it once these statements were executed there. */
function fromOwner(definition: string, major = Number.POSITIVE_INFINITY): string {
  return definition.replace(
    revokedFromOwner,
    (_, whose: string, object: string, owner: string, granted: string | undefined) => {
      const revoked = `${whose}REVOKE ALL ON ${object} FROM ${owner};`;
      if (major < 17)
        return granted === undefined ? revoked : `${revoked}\n${whose}GRANT ${granted} ON ${object} TO ${owner};`;
      const before = (granted ?? '').split(',').filter(privilege => privilege !== '' && privilege !== 'UPDATE');
      const all = [...before, 'MAINTAIN', ...(granted?.endsWith('UPDATE') === true ? ['UPDATE'] : [])];
      return `${revoked}\n${whose}GRANT ${all.join(',')} ON ${object} TO ${owner};`;
    },
  );
}

/** Quoted names are stepped over. */
function withoutIn(signature: string): string {
  return signature.replace(/"(?:[^"]|"")*"|(?<=\(|, )IN (?=\S)/g, found => (found === 'IN ' ? '' : found));
}

/** A grant repeats the signature in each of its statements; a comment may quote it once more, which is then its own text. */
function plainer(everywhere: boolean, definition: string, printed: string, plain: string): string {
  return everywhere ? definition.replaceAll(printed, () => plain) : definition.replace(printed, () => plain);
}
