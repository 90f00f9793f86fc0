import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ending, proven } from '../../support/round-trip-results.ts';
import { queryOn, sharedServer, type TestServer, withClient } from '../../support/servers.ts';
import { bothChanges, countChanges, harmlessChanges, objectChanges } from './changes.ts';
import { contentChanges } from './content-changes.ts';
import { kitchenSink, rolesOf } from './kitchen-sink.ts';
import { moreChanges } from './more-changes.ts';
import { moreKinds, subscription } from './more-kinds.ts';
import { type MutationLab, openLab } from './mutation-lab.ts';
import { testChanges } from './mutation-tests.ts';
import { rareChanges } from './rare-changes.ts';
import { rareKinds, tablespaceOf } from './rare-kinds.ts';

const prefix = `mutant_${randomBytes(4).toString('hex')}`;

// What is said of the database itself is compared where the restore has made it, which a template has not.
const changes = [
  ...objectChanges(prefix, 'none'),
  ...moreChanges(prefix),
  ...rareChanges(prefix),
  ...countChanges,
  ...bothChanges,
].filter(({ sql }) => !sql.includes('ALTER DATABASE'));

let server: TestServer;
let lab: MutationLab;

beforeAll(async () => {
  server = await sharedServer(15);
  await withClient(server, 'postgres', async client => {
    await client.query('SET allow_in_place_tablespaces = on');
    await client.query(`CREATE TABLESPACE ${tablespaceOf(prefix)} LOCATION ''`);
  });
  lab = await openLab({
    server,
    prefix,
    sql: [kitchenSink(prefix), moreKinds, rareKinds(prefix)],
    afterCopy: subscription,
  });
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await queryOn(server, 'postgres', `DROP TABLESPACE ${tablespaceOf(prefix)}`);
  for (const role of rolesOf(prefix)) await queryOn(server, 'postgres', `DROP ROLE ${role}`);
});

test('the copy without a change is proven', async () => {
  expect(ending(await lab.makeCopy())).toEqual(proven);
});

testChanges({
  lab: () => lab,
  prefix,
  document: 'docs/mutations.md',
  kept: 'pgcopydb-15.json',
  title: 'What verify notices',
  major: 15,
  changes,
  contentChanges,
});

test.each(harmlessChanges)('no difference: %s', async sql => {
  const { report } = await lab.mutate([sql], 'content');
  expect(ending(report)).toEqual(proven);
});
