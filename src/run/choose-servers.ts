import type { Config } from '../config/config.ts';
import { readOrigin } from '../dumpset/elsewhere.ts';
import { RoundtripError } from '../errors.ts';
import type { PlannedServer } from '../plan/plan.ts';
import type { OpenSession } from '../steps/runtime.ts';
import { type Ranked, rankOffers, type ServerOffer } from '../throwaway/offers.ts';
import { type WantedMajor, wantedMajors } from './wanted-majors.ts';

/** A throwaway server that a run needs, and where its programs may come from. */
export interface ChosenServer {
  readonly planned: PlannedServer;
  readonly offers: Ranked['offers'];
}

export interface Choosing {
  readonly workspace: string;
  readonly openSession: OpenSession;
  readonly offers: () => Promise<readonly ServerOffer[]>;
}

/** Chooses a server for each throwaway connection that a step uses. Starts nothing; asks servers for their version. */
export async function chooseServers(config: Config, choosing: Choosing): Promise<readonly ChosenServer[]> {
  const wanted = wantedMajors(config, choosing.workspace);
  if (wanted.size === 0) return [];
  const offers = await choosing.offers();
  const chosen: ChosenServer[] = [];
  for (const [connection, wish] of wanted) {
    const major = await majorOf(wish, choosing);
    const ranked = rankOffers(offers, major);
    const [{ place }] = ranked.offers;
    const planned = { connection, version: ranked.version, place, reason: reasonOf(wish, major, ranked) };
    chosen.push({ planned, offers: ranked.offers });
  }
  return chosen;
}

async function majorOf(wish: WantedMajor, { openSession }: Choosing): Promise<number | undefined> {
  switch (wish.kind) {
    case 'major':
      return wish.major;
    case 'dump set':
      return (await readOrigin(wish.folder)).server.major;
    case 'any':
      return undefined;
    case 'connection': {
      await using session = await openSession(wish.connection);
      return session.serverVersion.major;
    }
  }
}

function reasonOf(wish: WantedMajor, major: number | undefined, { exact }: Ranked): string {
  if (!exact && major !== undefined) return `the nearest newer one to ${major}, which cannot be had`;
  switch (wish.kind) {
    case 'major':
      return 'as asked';
    case 'connection':
      return `the major of ${wish.connection}`;
    case 'dump set':
      return 'the major that was dumped';
    case 'any':
      return 'the newest that can be had';
  }
}

/** Programs from the best source that answers: only what cannot be fetched makes way for the next. */
export async function obtainPrograms(offers: Ranked['offers']): ReturnType<ServerOffer['obtain']> {
  const [first, second, ...others] = offers;
  try {
    return await first.obtain();
  } catch (error) {
    const unreachable = error instanceof RoundtripError && error.code === 'PGR250';
    if (second === undefined || !unreachable) throw error;
    return obtainPrograms([second, ...others]);
  }
}
