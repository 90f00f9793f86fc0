import type { Feature } from './feature.ts';
import { newFunctions } from './new-functions.ts';
import { since14 } from './since-14.ts';
import { since15 } from './since-15.ts';
import { since16 } from './since-16-and-17.ts';
import { since18 } from './since-18.ts';
import { takenAway } from './taken-away.ts';

/**
 * What one major can hold and another cannot, by the release notes of 13 to 18 (manual, appendix E). Each row is tried
 * on real servers: a restore of just this fails on every major outside, and on none inside. What pg_restore does not
 * read closely (bodies of functions that are text) or does not restore (globals) is not here.
 */
export const features: readonly Feature[] = [
  ...since14,
  ...since15,
  ...since16,
  ...since18,
  ...takenAway,
  ...Object.entries(newFunctions).map(
    ([since, names]): Feature => ({
      since: Number(since),
      name: 'a function that came with this major',
      shows: new RegExp(`(?<![\\w."])(?:${names.join('|')})\\(`),
    }),
  ),
];
