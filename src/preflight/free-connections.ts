import { freeOf, type Limit } from '../postgres/connection-limits.ts';
import { plural } from '../report/format.ts';
import type { Finding, Subject } from './finding.ts';

/** Sessions that a step has open at once, of the run and of its tools together. */
export interface SessionNeed {
  readonly what: string;
  readonly least: number;
  /** With those that only watch. */
  readonly most: number;
}

/** Looks at the tightest limit. What is sure to fail blocks; what fails only if everything comes together is a warning. */
export function judgeConnections(about: string, limits: readonly Limit[], needs: readonly SessionNeed[]): Finding {
  const subject: Subject = { check: 'free connections', about };
  const need = needs.toSorted((one, other) => other.least - one.least)[0];
  const tightest = limits.toSorted((one, other) => freeOf(one) - freeOf(other))[0];
  if (need === undefined || tightest === undefined) return { ...subject, verdict: 'ok', says: 'nothing is limited' };
  const free = freeOf(tightest);
  const most = Math.max(...needs.map(one => one.most));
  const says = `${plural(free, 'connection')} free of ${tightest.of}; the ${need.what} needs ${need.least}`;
  const raise = tightest.raise.startsWith('ALTER') ? `or raise the limit:\n${tightest.raise}` : `or ${tightest.raise}`;
  if (free < need.least)
    return { ...subject, verdict: 'blocks', code: 'PGR209', says, remedy: `use fewer \`jobs\`, ${raise}` };
  if (free < most)
    return {
      ...subject,
      verdict: 'warning',
      says: `${says}, and at times ${most}`,
      remedy: `use fewer \`jobs\`, ${raise}`,
    };
  return { ...subject, verdict: 'ok', says };
}
