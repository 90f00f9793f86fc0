import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { programsFolder } from '../../../src/client/sealed/sealed-folder.ts';
import { setVersion } from '../../../src/client/sealed-clients.ts';
import { startThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { queryOn } from '../../support/servers.ts';
import { absence, installReal, lockedMajors, lockedSet, openFolder } from './real-set.ts';

const missing = await absence(() => lockedSet('client', 17));

const extensions = [
  'hstore',
  'pg_trgm',
  'uuid-ossp',
  'pgcrypto',
  'postgres_fdw',
  'dblink',
  'xml2',
  'citext',
  'btree_gist',
];

describe.skipIf(missing !== undefined).each(lockedMajors('server'))('a sealed server %i', major => {
  test('starts as an ordinary user and has its extensions, collations and timezones', async () => {
    await using place = await openFolder('sealed server ');
    const set = lockedSet('server', major);
    const folder = await installReal(set, join(place.path, String(major)));
    const programs = join(folder.root, programsFolder(set));
    const offer = { version: setVersion(set), folder: programs, installation: folder.root, origin: 'sealed' } as const;
    await using server = await startThrowawayServer({ programs: offer });
    const made = extensions.map(name => `CREATE EXTENSION "${name}";`).join('\n');
    const [row] = await queryOn(
      server,
      'postgres',
      `${made}
      SET jit_above_cost = 0;
      SELECT current_setting('server_version_num')::int / 10000 AS major,
        (SELECT count(*)::int FROM pg_extension) AS extensions,
        (SELECT sum(x)::text FROM generate_series(1, 1000) AS x) AS sum,
        'a' < 'B' COLLATE "und-x-icu" AS collated,
        encode(digest('a', 'sha256'), 'hex') AS digest,
        xpath('/a/text()', '<a>b</a>')::text AS path,
        ('2026-07-01 12:00+00'::timestamptz AT TIME ZONE 'Europe/London')::text AS london`,
    );
    expect(row).toEqual({
      major,
      extensions: extensions.length + 1,
      sum: '500500',
      collated: true,
      digest: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
      path: '{b}',
      london: '2026-07-01 13:00:00',
    });
  });
});
