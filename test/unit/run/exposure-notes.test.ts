import { expect, test } from 'vitest';
import type { PlannedStep } from '../../../src/plan/plan.ts';
import type { ConnectionParameters } from '../../../src/postgres/connection-parameters.ts';
import { exposureNotes } from '../../../src/run/exposure-notes.ts';
import {
  dumpStep,
  parameters,
  planOf,
  publishStep,
  restoreStep,
  secrets,
  sqlStep,
  verifyStep,
} from '../plan/contexts.ts';

const { tls } = parameters();
const exposed = parameters({ hosts: [{ host: 'db.example.com', address: undefined, port: 5432 }] });
const steps = planOf({ steps: [dumpStep(), restoreStep(), verifyStep(), sqlStep(), publishStep()] }).steps;

function noted(connections: Readonly<Record<string, ConnectionParameters>>): readonly PlannedStep['kind'][] {
  return steps.filter(step => exposureNotes(step, connections).length > 0).map(({ kind }) => kind);
}

test.each<readonly [string, Readonly<Record<string, ConnectionParameters>>, readonly string[]]>([
  ['nothing leaves the network', { source: parameters(), target: parameters() }, []],
  ['the source is asked through the internet', { source: exposed, target: parameters() }, ['dump']],
  ['the target is', { source: parameters(), target: exposed }, ['restore', 'verify', 'sql']],
  ['encryption is required', { source: { ...exposed, tls: { ...tls, mode: 'require' } } }, []],
])('steps whose connections are open, where %s', (_, connections, expected) => {
  expect(noted(connections)).toEqual(expected);
});

test('a live source that is asked while a copy is verified counts as well', () => {
  const [verify] = planOf({ steps: [dumpStep(), restoreStep(), verifyStep()] }).steps.slice(-1);
  const asking = verify?.kind === 'verify' ? { ...verify, source: 'source' } : verify;
  expect(asking && exposureNotes(asking, { source: exposed, target: parameters() })).toHaveLength(1);
});

test('the note names the connection, the host and what permits it, and no secret', () => {
  const [note = ''] = steps.flatMap(step => exposureNotes(step, { source: exposed }));
  expect(note).toMatch(/INSECURE.*"source" to db\.example\.com:5432.*sslmode=prefer.*allow-insecure/);
  for (const secret of secrets) expect(note).not.toContain(secret);
});
