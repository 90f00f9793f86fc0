import { describe, expect, test } from 'vitest';
import { catalogue, type ErrorCode, fault, RoundtripError } from '../../../src/errors.ts';
import { connectionsToBeginAnew, mayPass } from '../../../src/plan/begin-anew.ts';
import { dumpStep, planOf, publishStep, restoreStep, sqlStep, verifyStep } from './contexts.ts';

test('a step begins anew for a lost way to the server alone', () => {
  const codes = Object.keys(catalogue) as readonly ErrorCode[];
  expect(codes.filter(code => mayPass(fault(code, 'it failed', 'mend it')))).toEqual(['PGR200', 'PGR204']);
  const problem = (code: ErrorCode) => ({ code, message: 'it failed', remedy: 'mend it' });
  expect(mayPass(new RoundtripError([problem('PGR204'), problem('PGR300')]))).toBe(false);
  expect(mayPass(new Error('a defect'))).toBe(false);
});

describe('which steps may begin anew', () => {
  const { steps } = planOf({
    steps: [
      dumpStep(),
      restoreStep({ as: { own: 'copy' } }),
      restoreStep({ as: { own: 'other' }, overwrite: ['other'] }),
      restoreStep({ as: { own: 'third' }, 'into-existing': ['third'] }),
      restoreStep({ as: { own: 'fourth' }, clean: ['fourth'] }),
      verifyStep({ as: { own: 'copy' } }),
      sqlStep({ statements: { kind: 'text', text: 'select 1' } }),
      publishStep(),
    ],
  });
  test.each([
    ['a dump', 0, ['source']],
    ['a restore of a database that it makes', 1, ['target']],
    ['a restore that overwrites', 2, ['target']],
    ['a restore into what is there', 3, []],
    ['a restore that drops objects first', 4, []],
    ['a comparison', 5, ['target']],
    ['statements of a user', 6, []],
    ['publishing', 7, []],
  ])('%s', (_, index, connections) => {
    const step = steps[index];
    expect(step && connectionsToBeginAnew(step)).toEqual(connections);
  });

  test('not a dump whose snapshot others share', () => {
    const [one] = planOf({ steps: [dumpStep()] }).steps;
    if (one?.kind !== 'dump') throw new Error('no dump was planned');
    expect(connectionsToBeginAnew({ ...one, snapshot: { name: 's', databases: [], last: true } })).toEqual([]);
  });
});
