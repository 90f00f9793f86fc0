import type { AptArchive, Architecture } from '../../src/client/lock/lock.ts';

/** One component of one suite of an archive. */
export interface Suite {
  readonly archive: AptArchive;
  readonly name: string;
  readonly component: string;
  /** Only the packages of Postgres itself are taken from here. */
  readonly postgresOnly?: true;
}

/** Suites that are read together, and the majors whose sets are made from them. */
export interface Source {
  readonly publisher: AptPublisher;
  readonly suites: readonly Suite[];
  readonly majors: readonly number[];
}

/** Who builds the packages of Postgres for Linux; PGDG's are completed by libraries of Debian. */
export type AptPublisher = 'debian' | 'pgdg';

/** The last one builds for macOS and Windows. */
export type Publisher = AptPublisher | 'conda-forge';

export const architectures: readonly Architecture[] = ['amd64', 'arm64'];

const debian = (name: string): Suite => ({ archive: 'debian', name, component: 'main' });
const security = (name: string): Suite => ({ archive: 'debian-security', name, component: 'main' });

// A key vouches for its own packages only: nothing but Postgres is taken from PGDG, whatever its index offers.
const pgdg = (component: string): Suite => ({
  archive: 'pgdg',
  name: 'bookworm-pgdg',
  component,
  postgresOnly: true,
});

const bookworm = [debian('bookworm'), security('bookworm-security')];

/** Everything that a lock is made of. A major that its suite does not have is an error: then this table is outdated. */
export const sources: readonly Source[] = [
  { publisher: 'debian', suites: [debian('bullseye'), security('bullseye-security')], majors: [13] },
  { publisher: 'debian', suites: bookworm, majors: [15] },
  { publisher: 'debian', suites: [debian('trixie'), security('trixie-security')], majors: [17] },
  { publisher: 'debian', suites: [debian('forky')], majors: [18] },
  // The libraries come from unstable, as experimental has some that nothing else was built with.
  { publisher: 'debian', suites: [debian('sid'), { ...debian('experimental'), postgresOnly: true }], majors: [19] },
  { publisher: 'pgdg', suites: [pgdg('main'), ...bookworm], majors: [13, 14, 15, 16, 17, 18] },
  // A pre-release lies in a component named after its major, and needs main too.
  { publisher: 'pgdg', suites: [pgdg('main'), pgdg('19'), ...bookworm], majors: [19] },
];

export function isPostgresPackage(name: string): boolean {
  return /^(postgresql(-client)?-\d+|libpq5|libpq-oauth)$/.test(name);
}
