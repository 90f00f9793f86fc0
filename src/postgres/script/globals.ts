import { quoteLiteral } from '../quote.ts';
import { createScriptSplitter } from './split-script.ts';

const identifier = /(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)/;
const setting = new RegExp(`^ALTER ROLE (${identifier.source}) SET `);
const newRole = new RegExp(`^CREATE ROLE (${identifier.source});\nALTER ROLE \\1 WITH .*;$`, 'gm');

/** The settings of each role in all databases, as the statements of pg_dumpall that make them. */
export function roleSettings(globals: Buffer): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, readonly string[]>();
  const splitter = createScriptSplitter(({ kind, text }) => {
    const statement = Buffer.from(text, 'latin1').toString('utf8');
    const quoted = kind === 'statement' ? setting.exec(statement)?.[1] : undefined;
    if (quoted === undefined) return;
    const role = nameOf(quoted);
    settings.set(role, [...(settings.get(role) ?? []), statement]);
  });
  splitter.write(globals);
  splitter.end();
  return settings;
}

/** pg_dumpall's text with every role made only where it is missing, as one of them always is there already. */
export function withMissingRolesOnly(globals: string): string {
  let tag = '$role$';
  while (globals.includes(tag)) tag = `${tag.slice(0, -1)}_$`;
  return globals.replaceAll(newRole, (made: string, quoted: string) => {
    const missing = `NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(nameOf(quoted))})`;
    return `DO ${tag} BEGIN IF ${missing} THEN\n${made}\nEND IF; END ${tag};`;
  });
}

function nameOf(quoted: string): string {
  return quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted;
}
