import { join } from 'node:path';
import type { DumpedDatabase } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedText } from '../plan/plan.ts';
import { plainText } from '../postgres/script/plain-dump.ts';

/**
 * What psql reads. The transaction ends here and not by psql's own `--single-transaction`: psql takes any end of its input
 * for the end of the text, also the one that comes when this process is killed, and would commit half a copy.
 */
export async function* plainInput(
  folder: string,
  { path, plain }: DumpedDatabase,
  { transaction, withoutTransactionTimeout }: PlannedText,
): AsyncGenerator<Buffer> {
  if (plain === undefined) throw fault('PGR900', `${path} is no plain dump`, 'please report it');
  const text = plainText({ path: join(folder, path), start: plain.start, bytes: plain.bytes });
  yield* withoutTransactionTimeout ? withoutSetting(text) : text;
  if (transaction) yield Buffer.from('\nCOMMIT;\n');
}

/** Throws PGR150 where the text has transactions of its own, which would end the one around it. */
export function refuseLargeObjects({ name, largeObjects }: DumpedDatabase): void {
  if ((largeObjects ?? 0) === 0) return;
  throw fault(
    'PGR150',
    `the plain dump of "${name}" holds large objects, each in a transaction of its own, so all of it cannot be one`,
    'dump in another format, or with large-objects: false, or restore with single-transaction: false',
  );
}

const before = 'SET idle_in_transaction_session_timeout = 0;\n';
const setting = 'SET transaction_timeout = 0;\n';
const after = 'SET client_encoding = ';

/** Takes out of the head of each part what a server before 17 does not know (pg_backup_archiver.c, `_doSetFixedOutputState`). */
async function* withoutSetting(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const sought = Buffer.from(before + setting + after);
  let held: Buffer = Buffer.alloc(0);
  for await (const bytes of text) {
    held = Buffer.concat([held, bytes]);
    for (let at = held.indexOf(sought); at !== -1; at = held.indexOf(sought)) {
      yield held.subarray(0, at + before.length);
      held = held.subarray(at + before.length + setting.length);
    }
    const sure = Math.max(0, held.length - sought.length);
    yield held.subarray(0, sure);
    held = held.subarray(sure);
  }
  yield held;
}
