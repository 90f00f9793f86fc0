import { compareCondaVersions, startsWith } from './conda-version.ts';

/** What a package asks of another one. */
export interface MatchSpec {
  readonly name: string;
  readonly matches: (candidate: { readonly version: string; readonly build: string }) => boolean;
}

type VersionTest = (version: string) => boolean;

/**
 * Reads a dependency as conda's indexes write it: `NAME`, `NAME VERSION` or `NAME VERSION BUILD`, where a version is
 * made of terms with `,` (and) and `|` (or), and a build may have `*` in it. Other forms are refused, not guessed.
 */
export function parseMatchSpec(text: string): MatchSpec {
  const tidy = text
    .trim()
    .replace(/\s*([,|])\s*/g, '$1')
    .replace(/([<>=!~])\s+/g, '$1');
  const match = /^([a-z\d_][a-z\d._-]*)(?:(?:\s+|(?=[<>=!~]))(\S+)(?:\s+(\S+))?)?$/i.exec(tidy);
  const [, name, version = '*', build = '*'] = match ?? [];
  if (name === undefined || /[()^[\]:]/.test(tidy))
    throw new Error(`unreadable dependency "${text}" of a conda package`);
  const [fits, isBuild] = [parseVersion(version), parseBuild(build)];
  return { name: name.toLowerCase(), matches: candidate => fits(candidate.version) && isBuild(candidate.build) };
}

function parseVersion(text: string): VersionTest {
  const alternatives = text.split('|').map(part => part.split(',').map(parseTerm));
  return version => alternatives.some(terms => terms.every(term => term(version)));
}

function parseTerm(text: string): VersionTest {
  if (/^=*\*$/.test(text)) return () => true;
  const [, operator = '', rest = ''] = /^(==|!=|<=|>=|~=|<|>|=)?(.*)$/.exec(text) ?? [];
  const open = /\.?\*$/.test(rest);
  const bound = rest.replace(/\.?\*$/, '');
  // Told here, where the term is, if it is none.
  compareCondaVersions(bound, bound);
  const order = (version: string): number => compareCondaVersions(version, bound);
  switch (operator) {
    case '':
    case '==':
      return open ? version => startsWith(version, bound) : version => order(version) === 0;
    case '=':
      return version => startsWith(version, bound);
    case '!=':
      return open ? version => !startsWith(version, bound) : version => order(version) !== 0;
    case '~=': {
      const series = bound.split('.').slice(0, -1).join('.');
      return version => order(version) >= 0 && startsWith(version, series);
    }
    case '<':
      return version => order(version) < 0;
    case '<=':
      return version => order(version) <= 0;
    case '>':
      return version => order(version) > 0;
    default:
      return version => order(version) >= 0;
  }
}

function parseBuild(text: string): (build: string) => boolean {
  const pattern = text.split('*').map(part => part.replace(/[.+?\\$]/g, '\\$&'));
  const expression = new RegExp(`^${pattern.join('.*')}$`);
  return build => expression.test(build);
}
