import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runInProcess } from '../../support/in-process.ts';
import { copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, withServer } from '../../support/servers.ts';

const region = 'de_DE.UTF-8';

/** Why a region that writes money in its own way cannot be made here; undefined if it is in the folder. */
async function makeRegion(folder: string): Promise<string | undefined> {
  try {
    await promisify(execFile)('localedef', ['-i', 'de_DE', '-f', 'UTF-8', join(folder, region)]);
    await chmod(folder, 0o755);
    return undefined;
  } catch {
    return 'localedef cannot make de_DE here';
  }
}

test('amounts of money come to a server of another region as they are', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'regions-'));
  try {
    const absence = await makeRegion(folder);
    context.skip(absence !== undefined, absence);
    await withServer(undefined, { environment: { LOCPATH: folder } }, async server => {
      await using source = await freshDatabase(server, {
        sql: `CREATE TABLE t (id integer PRIMARY KEY, amount money DEFAULT '1234.5'::numeric::money);
          INSERT INTO t SELECT n, (n * 1234.56)::numeric::money FROM generate_series(-3, 3) AS n`,
      });
      await source.query(`ALTER DATABASE ${source.name} SET lc_monetary = '${region}'`);
      expect(await source.query('SELECT amount::text FROM t WHERE id = 1')).toEqual([{ amount: '1.234,56 €' }]);
      for (const dump of [{}, { format: 'plain', 'large-objects': false }]) {
        const copy = copyOn(server, `${source.name}_copy`);
        const steps = drill(source.name, copy.name, {
          to: `set ${Object.keys(dump).length}`,
          dump,
          restore: { settings: 'skip' },
        });
        const report = await runInProcess(folder, { source: source.url, target: source.url }, steps);
        expect({ ...ending(report), unproven: [] }).toEqual(proven);
        expect(await copy.query('SELECT sum(amount::numeric)::text, max(amount)::text FROM t')).toEqual([
          { sum: '0.00', max: '$3,703.68' },
        ]);
        await copy[Symbol.asyncDispose]();
      }
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
