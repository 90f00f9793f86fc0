import { fault } from '../errors.ts';
import type { PostgresVersion } from '../postgres/version.ts';
import type { ServerPrograms } from './server-programs.ts';

/** Server programs that can be had, at once or after they have been fetched. */
export interface ServerOffer {
  readonly version: PostgresVersion;
  readonly origin: ServerPrograms['origin'];
  /** Where from, for people: `from /usr/lib/postgresql/17/bin`. */
  readonly place: string;
  /** @throws what stands in the way of fetching them. */
  obtain(): Promise<ServerPrograms>;
}

/** Programs that are on the machine. */
export function offerOf(programs: ServerPrograms): ServerOffer {
  const { version, origin, folder } = programs;
  return { version, origin, place: `from ${folder}`, obtain: async () => programs };
}

export interface Ranked {
  /** All of one major, best first; the others are for when the first cannot be fetched. */
  readonly offers: readonly [ServerOffer, ...ServerOffer[]];
  readonly version: PostgresVersion;
  /** True for the very major that was wanted. */
  readonly exact: boolean;
}

/** What costs nothing and gets the machine's updates comes first, what was made for tests last. */
const preference: readonly ServerOffer['origin'][] = ['installation', 'sealed', 'npm'];

/**
 * Picks the major, else the nearest newer one: an older server could not take what a newer one has dumped. Without a
 * wish the newest that is released.
 *
 * @throws PGR153 when there is none.
 */
export function rankOffers(offers: readonly ServerOffer[], wanted: number | undefined): Ranked {
  const majors = offers
    .filter(({ version }) => (wanted === undefined ? !isPrerelease(version) : version.major >= wanted))
    .map(({ version }) => version.major);
  const major = wanted === undefined ? Math.max(...majors) : Math.min(...majors);
  const [best, ...others] = offers
    .filter(({ version }) => version.major === major)
    .toSorted(
      (left, right) =>
        preference.indexOf(left.origin) - preference.indexOf(right.origin) || right.version.minor - left.version.minor,
    );
  if (best === undefined) throw nothingToStart(offers, wanted);
  return { offers: [best, ...others], version: best.version, exact: major === wanted };
}

/** `19rc1` and the like. */
function isPrerelease({ text }: PostgresVersion): boolean {
  return !/^[\d.]+$/.test(text);
}

function nothingToStart(offers: readonly ServerOffer[], wanted: number | undefined): Error {
  const had = [...new Set(offers.map(({ version }) => version.text))].join(', ');
  const missing = wanted === undefined ? '' : ` of major ${wanted} or newer`;
  return fault(
    'PGR153',
    `no programs for a throwaway server${missing} can be had here${had === '' ? '' : `; there are ${had}`}`,
    wanted === undefined
      ? 'install a Postgres server, which need not run'
      : `install a Postgres ${wanted} server, which need not run, or name another connection`,
  );
}
