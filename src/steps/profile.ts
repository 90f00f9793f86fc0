import type { ProfilePart } from '../report/model.ts';
import type { Clock } from './runtime.ts';

/** What a part is about. */
export type Named = Pick<ProfilePart, 'kind' | 'name'> & Partial<Pick<ProfilePart, 'database'>>;

/** Gathers where the time of a run goes. Moments are those of the clock. */
export interface Profile {
  add(part: Named, began: number, ended: number): void;
  /** Adds a part that ends now, and gives its seconds. The part of a whole step is its last: what comes later is too late. */
  ended(part: Named, began: number): number;
  /** Adds how long the work takes, however it ends. */
  timed<Result>(part: Named, work: () => Promise<Result>): Promise<Result>;
  /** The same for one step. */
  ofStep(step: number): Profile;
  parts(): readonly ProfilePart[];
}

/** How many tables, and how many indexes, are kept of each step. */
const mostKept = 10;

/** The run begins now. */
export function createProfile(clock: Pick<Clock, 'seconds'>): Profile {
  const parts: ProfilePart[] = [];
  const start = clock.seconds();
  const within = (step: number | undefined): Profile => {
    let over = false;
    const profile: Profile = {
      add({ kind, database, name }, began, ended) {
        if (over) return;
        keepSlowest(parts, { step, kind, database, name, start: began - start, seconds: ended - began });
        over = kind === 'step';
      },
      ended(part, began) {
        const now = clock.seconds();
        profile.add(part, began, now);
        return now - began;
      },
      async timed(part, work) {
        const began = clock.seconds();
        try {
          return await work();
        } finally {
          profile.ended(part, began);
        }
      },
      ofStep: within,
      parts: () => [...parts],
    };
    return profile;
  };
  return within(undefined);
}

/** Adds a part. There may be a million tables and indexes, so that only the slowest of a step stay. */
export function keepSlowest(parts: ProfilePart[], part: ProfilePart): void {
  parts.push(part);
  if (part.kind !== 'table' && part.kind !== 'index') return;
  const alike = parts.filter(({ step, kind }) => step === part.step && kind === part.kind);
  if (alike.length <= mostKept) return;
  const fastest = alike.reduce((one, other) => (other.seconds < one.seconds ? other : one));
  parts.splice(parts.indexOf(fastest), 1);
}
