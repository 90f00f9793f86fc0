import type { AptArchive } from '../lock/lock.ts';

/** One line or stanza of apt's source list, see sources.list(5). */
export interface AptSource {
  readonly urls: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

/** Debian's suites by name and by state, as they begin the suites that sources name (`bookworm-updates`). */
const debianSuite =
  /^(stretch|buster|bullseye|bookworm|trixie|forky|duke|sid|(old){0,2}stable|testing|unstable|experimental)([-/]|$)/;

/**
 * Mirrors of one of Debian's archives that a machine's own apt is set up with. Another distribution's sources give
 * none; those of a third party that looks like Debian's only cost a request, as the lock's hash decides.
 */
export function debianMirrors(sources: string, archive: Exclude<AptArchive, 'pgdg'>): readonly string[] {
  const found = parseAptSources(sources)
    .filter(({ suites, components }) => suites.some(suite => debianSuite.test(suite)) && components.includes('main'))
    .flatMap(({ urls }) => urls)
    .filter(url => archiveAt(url) === archive)
    .map(url => (url.endsWith('/') ? url : `${url}/`));
  return [...new Set(found)];
}

/** The binary sources in the text of a source list, in the one-line and the deb822 form alike. */
export function parseAptSources(text: string): readonly AptSource[] {
  return text
    .replaceAll('\r', '')
    .split(/\n[ \t]*\n/)
    .flatMap(part => (/^types[ \t]*:/im.test(part) ? parseStanza(part) : parseLines(part)));
}

function parseLines(text: string): readonly AptSource[] {
  return text.split('\n').flatMap(line => {
    const match = /^[ \t]*deb[ \t]+(?:\[[^\]]*\][ \t]*)?(\S+)[ \t]+(.*)$/.exec(line.replace(/#.*/, ''));
    const [url, rest] = [match?.[1], match?.[2]];
    if (url === undefined || rest === undefined) return [];
    const [suite, ...components] = words(rest);
    return suite === undefined ? [] : [{ urls: [url], suites: [suite], components }];
  });
}

function parseStanza(text: string): readonly AptSource[] {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n').filter(one => !one.startsWith('#'))) {
    const field = /^([A-Za-z][A-Za-z-]*)[ \t]*:(.*)$/.exec(line);
    if (field?.[1] !== undefined) name = field[1].toLowerCase();
    fields.set(name, `${field === null ? (fields.get(name) ?? '') : ''} ${field?.[2] ?? line}`);
  }
  const list = (field: string): readonly string[] => words(fields.get(field) ?? '');
  if (!list('types').includes('deb') || /^(no|false|off|0|disable)$/i.test(list('enabled')[0] ?? '')) return [];
  return [{ urls: list('uris'), suites: list('suites'), components: list('components') }];
}

function words(text: string): readonly string[] {
  return text.split(/[ \t]+/).filter(word => word !== '');
}

/** Every mirror of Debian keeps its archives under their own names; security.debian.org also has one as its root. */
function archiveAt(text: string): AptArchive | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, pathname } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const name = pathname.replace(/\/+$/, '').split('/').at(-1);
  if (name === 'debian' || name === 'debian-security') return name;
  return name === '' && hostname === 'security.debian.org' ? 'debian-security' : undefined;
}
