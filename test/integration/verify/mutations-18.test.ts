import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { ending, proven } from '../../support/round-trip-results.ts';
import { sealedClient } from '../../support/sealed.ts';
import { programsOf } from '../../support/servers.ts';
import { type MutationLab, openLab } from './mutation-lab.ts';
import { testChanges } from './mutation-tests.ts';
import { newestChanges, newestContentChanges } from './newest-changes.ts';
import { newestKinds, newestSubscription } from './newest-kinds.ts';

const prefix = `mutant_${randomBytes(4).toString('hex')}`;

const client = await sealedClient(18);

describe.skipIf(client.kind === 'absent')(
  `what only 16 to 18 know${client.kind === 'absent' ? `: ${client.reason}` : ''}`,
  () => {
    let server: ThrowawayServer;
    let lab: MutationLab;

    beforeAll(async () => {
      server = await startThrowawayServer({ programs: await programsOf(18) });
      lab = await openLab({
        server,
        prefix,
        sql: [newestKinds(prefix), newestSubscription],
        afterCopy: newestSubscription,
      });
    });

    afterAll(async () => {
      await server[Symbol.asyncDispose]();
    });

    test('the copy without a change is proven', async () => {
      expect(ending(await lab.makeCopy())).toEqual(proven);
    });

    testChanges({
      lab: () => lab,
      prefix,
      document: 'docs/mutations-18.md',
      kept: 'pgcopydb-18.json',
      title: 'What verify notices of 16 to 18',
      major: 18,
      changes: newestChanges(prefix),
      contentChanges: newestContentChanges,
    });
  },
);
