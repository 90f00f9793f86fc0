import { describe, expect, it } from 'vitest';
import { type DatedSet, decideRetention, type RetentionPolicy } from '../../../src/storage/retention.ts';

const now = new Date('2026-11-22T12:00:00Z');
const nothing: RetentionPolicy = { last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 0 };

/** A set is named by its time; `?` behind it says that it is not verified, `name:` before it is its series. */
function set(text: string): DatedSet {
  const [, series = '', time = '', mark] = /^(?:(\w+):)?(\S+?)(\?)?$/.exec(text) ?? [];
  return {
    name: text,
    series,
    time: new Date(time.length > 10 ? time : `${time}T01:00:00Z`),
    verified: mark === undefined,
  };
}

function kept(texts: readonly string[], policy: Partial<RetentionPolicy>): readonly string[] {
  return decideRetention(texts.map(set), { ...nothing, ...policy }, now)
    .filter(({ fate }) => fate === 'keep')
    .map(decision => decision.set.name);
}

const lastDays = ['2026-11-22', '2026-11-21', '2026-11-20', '2026-11-19'];

describe('what a rule keeps', () => {
  it.each<[string, Partial<RetentionPolicy>, readonly string[], readonly string[]]>([
    ['the newest', { last: 2 }, lastDays, lastDays.slice(0, 2)],
    ['more than there are', { last: 9 }, lastDays, lastDays],
    [
      'the newest of each day, in UTC',
      { daily: 2 },
      ['2026-11-22T23:59:59Z'.replace('22', '21'), '2026-11-21T00:00:00Z', '2026-11-20T23:59:59Z', '2026-11-19'],
      ['2026-11-21T23:59:59Z', '2026-11-20T23:59:59Z'],
    ],
    [
      'days without a set do not count',
      { daily: 2 },
      ['2026-11-22', '2026-01-05', '2025-01-01'],
      ['2026-11-22', '2026-01-05'],
    ],
    [
      'weeks begin on Monday',
      { weekly: 2 },
      ['2026-11-22', '2026-11-16', '2026-11-15', '2026-11-08'],
      ['2026-11-22', '2026-11-15'],
    ],
    ['weeks span the turn of a year', { weekly: 1 }, ['2026-01-01', '2025-12-29'], ['2026-01-01']],
    ['months', { monthly: 2 }, ['2026-11-22', '2026-11-01', '2026-10-31', '2026-09-30'], ['2026-11-22', '2026-10-31']],
    ['years', { yearly: 2 }, ['2026-11-22', '2025-12-31', '2025-01-01', '2024-05-05'], ['2026-11-22', '2025-12-31']],
    [
      'rules add up, and a set may serve several',
      { last: 1, monthly: 2 },
      ['2026-11-22', '2026-11-21', '2026-10-31'],
      ['2026-11-22', '2026-10-31'],
    ],
    [
      'a period keeps its newest verified set',
      { daily: 1 },
      ['2026-11-22T09:00:00Z?', '2026-11-22T08:00:00Z'],
      ['2026-11-22T08:00:00Z'],
    ],
    ['else its newest', { daily: 1 }, ['2026-11-22T09:00:00Z?', '2026-11-22T08:00:00Z?'], ['2026-11-22T09:00:00Z?']],
    [
      'each series by itself',
      { last: 1 },
      ['a:2026-11-22', 'a:2026-11-21', 'b:2025-01-01', 'b:2024-01-01'],
      ['a:2026-11-22', 'b:2025-01-01'],
    ],
    [
      'a set from the future, whatever it says',
      { last: 1 },
      ['2027-01-01', '2026-11-22', '2026-11-21'],
      ['2027-01-01', '2026-11-22'],
    ],
    ['nothing of nothing', { last: 1 }, [], []],
  ])('%s', (_, policy, sets, expected) => {
    expect(kept(sets, policy)).toEqual(expected);
    expect(kept(sets.toReversed(), policy)).toEqual(expected);
  });
});

describe('caution', () => {
  it.each<[string, Partial<RetentionPolicy>, readonly string[], readonly string[]]>([
    [
      'nothing goes while the newest is not verified',
      { last: 1, minimum: 1 },
      ['2026-11-22?', '2026-11-21', '2026-11-20'],
      ['2026-11-22?', '2026-11-21', '2026-11-20'],
    ],
    [
      'nothing goes while too few are verified',
      { last: 1, minimum: 2 },
      ['2026-11-22', '2026-11-21?', '2026-11-20?'],
      ['2026-11-22', '2026-11-21?', '2026-11-20?'],
    ],
    [
      'the minimum counts verified sets only',
      { last: 2, minimum: 2 },
      ['2026-11-22', '2026-11-21?', '2026-11-20', '2026-11-19'],
      ['2026-11-22', '2026-11-21?', '2026-11-20'],
    ],
    ['a minimum that the rules keep anyway changes nothing', { last: 2, minimum: 2 }, lastDays, lastDays.slice(0, 2)],
    [
      'one series may be pruned while another may not',
      { last: 1, minimum: 1 },
      ['a:2026-11-22', 'a:2026-11-21', 'b:2026-11-20?', 'b:2026-11-19'],
      ['a:2026-11-22', 'b:2026-11-20?', 'b:2026-11-19'],
    ],
    [
      'a future date proves nothing',
      { last: 1, minimum: 1 },
      ['2027-01-01', '2026-11-22?', '2026-11-21'],
      ['2027-01-01', '2026-11-22?', '2026-11-21'],
    ],
  ])('%s', (_, policy, sets, expected) => {
    expect(kept(sets, policy)).toEqual(expected);
  });

  it('whatever the sets and the policy, as many verified ones are left as there were, up to the minimum', () => {
    let seed = 1;
    const random = (limit: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % limit;
    };
    for (let round = 0; round < 500; round += 1) {
      const sets = Array.from({ length: random(12) }, (_, index) => ({
        name: String(index),
        series: '',
        time: new Date(now.getTime() - random(900) * 86_400_000),
        verified: random(3) > 0,
      }));
      const counts = { last: random(3), daily: random(3), weekly: random(3), monthly: random(3), yearly: random(3) };
      const minimum = random(5);
      const decisions = decideRetention(sets, { ...counts, minimum }, now);
      expect(decisions.map(decision => decision.set.name).sort()).toEqual(sets.map(({ name }) => name).sort());
      const left = decisions.filter(decision => decision.fate === 'keep' && decision.set.verified).length;
      const before = sets.filter(({ verified }) => verified).length;
      expect(left).toBeGreaterThanOrEqual(Math.min(minimum, before));
    }
  });

  it('a clock that is wrong by a day deletes nothing that the right one keeps; one that is ahead changes nothing', () => {
    let seed = 7;
    const random = (limit: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % limit;
    };
    const day = 86_400_000;
    let fewer = 0;
    for (let round = 0; round < 500; round += 1) {
      const sets = Array.from({ length: random(12) }, (_, index) => ({
        name: String(index),
        series: '',
        time: new Date(now.getTime() - random(12) * (day / 4)),
        verified: random(3) > 0,
      }));
      const counts = { last: random(3), daily: random(3), weekly: random(3), monthly: random(3), yearly: random(3) };
      const policy = { ...counts, minimum: random(4) };
      const deletedAt = (time: number) =>
        decideRetention(sets, policy, new Date(time))
          .filter(({ fate }) => fate === 'delete')
          .map(({ set }) => set.name);
      const right = deletedAt(now.getTime());
      expect(deletedAt(now.getTime() + day)).toEqual(right);
      const behind = deletedAt(now.getTime() - day);
      expect(behind.filter(name => !right.includes(name))).toEqual([]);
      if (behind.length < right.length) fewer += 1;
    }
    expect(fewer).toBeGreaterThan(10);
  });

  it('says why each is kept', () => {
    const sets = ['2026-11-22', '2026-11-21', '2026-10-01', '2026-09-01'].map(set);
    const decisions = decideRetention(sets, { ...nothing, last: 1, daily: 2, minimum: 3 }, now);
    expect(decisions.map(({ reason }) => reason)).toEqual([
      'last, daily',
      'daily',
      'minimum of verified sets',
      'no rule keeps it',
    ]);
  });
});
