import { describe, expect, test } from 'vitest';
import { createProgress, type ProgressState, progressLine } from '../../../src/report/progress.ts';

const state: ProgressState = {
  label: 'dump app',
  tablesDone: 12,
  tablesTotal: 21,
  bytesDone: 3_400_000,
  bytesTotal: 12_000_000,
  elapsedSeconds: 2,
};

test.each<[string, Partial<ProgressState>, string]>([
  ['all is known', {}, 'dump app · 12 of 21 tables · 3.4 MB of about 12.0 MB · 1.7 MB/s · about 6 s left'],
  [
    'one of one',
    { tablesDone: 0, tablesTotal: 1 },
    'dump app · 0 of 1 table · 3.4 MB of about 12.0 MB · 1.7 MB/s · about 6 s left',
  ],
  ['the first two seconds', { elapsedSeconds: 1.9 }, 'dump app · 12 of 21 tables · 3.4 MB of about 12.0 MB'],
  ['no estimate', { bytesTotal: undefined }, 'dump app · 12 of 21 tables · 3.4 MB · 1.7 MB/s'],
  ['the estimate is exceeded', { bytesTotal: 3_000_000 }, 'dump app · 12 of 21 tables · 3.4 MB · 1.7 MB/s'],
  ['all bytes are done', { bytesTotal: 3_400_000 }, 'dump app · 12 of 21 tables · 3.4 MB of about 3.4 MB · 1.7 MB/s'],
  ['no byte yet', { bytesDone: 0, elapsedSeconds: 9 }, 'dump app · 12 of 21 tables · 0 B of about 12.0 MB'],
  ['nothing is known', { tablesTotal: 0, bytesDone: 0, bytesTotal: undefined }, 'dump app'],
  [
    'hours',
    { bytesTotal: 3.4e10 },
    'dump app · 12 of 21 tables · 3.4 MB of about 34.0 GB · 1.7 MB/s · about 5 h 33 min left',
  ],
  [
    'a hostile label',
    { label: '::error::\u001b[2J', tablesTotal: 0, bytesDone: 0, bytesTotal: undefined },
    '\\u003a:error::\\u001b[2J',
  ],
])('%s', (_name, changes, line) => {
  expect(progressLine({ ...state, ...changes })).toBe(line);
});

function stage(interactive: boolean) {
  const shown: string[] = [];
  let time = 100;
  const platform = {
    interactive,
    info: (text: string) => void shown.push(`info ${text}`),
    transient: (text: string) => void shown.push(`transient ${text}`),
  };
  const progress = createProgress({ platform, clock: { seconds: () => time }, label: 'dump app' });
  const updateAt = (seconds: number) => {
    time = 100 + seconds;
    progress.update({ tablesDone: Math.floor(seconds), tablesTotal: 90, bytesDone: 0, bytesTotal: undefined });
  };
  return { shown, progress, updateAt };
}

describe('on a terminal', () => {
  test('one line is rewritten at most five times a second, and wiped at the end', () => {
    const { shown, progress, updateAt } = stage(true);
    for (let tick = 0; tick < 100; tick += 1) updateAt(tick / 64);
    progress.finish();
    updateAt(60);
    progress.finish();
    expect(shown).toHaveLength(9);
    expect(shown[0]).toBe('transient dump app · 0 of 90 tables');
    expect(shown.at(-1)).toBe('transient ');
  });

  test('work that shows nothing has nothing to wipe', () => {
    const { shown, progress } = stage(true);
    progress.finish();
    expect(shown).toEqual([]);
  });
});

describe('in the log of a CI', () => {
  test('a line every fifteen seconds', () => {
    const { shown, progress, updateAt } = stage(false);
    for (let second = 0; second <= 46; second += 1) updateAt(second);
    progress.finish();
    expect(shown).toEqual([15, 30, 45].map(second => `info dump app · ${second} of 90 tables`));
  });

  test('short work prints nothing', () => {
    const { shown, progress, updateAt } = stage(false);
    for (let second = 0; second < 15; second += 1) updateAt(second);
    progress.finish();
    updateAt(60);
    expect(shown).toEqual([]);
  });
});
