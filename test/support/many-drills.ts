import type { RunReport } from '../../src/report/model.ts';
import type { FreshDatabase } from './databases.ts';
import type { Step, Workspace } from './round-trip.ts';
import { type Copy, copyOn, drill } from './round-trip-results.ts';
import { keptClients } from './sealed.ts';

/** Drills of one database under many options. Disposing of it drops the copies. */
export interface ManyDrills extends AsyncDisposable {
  readonly report: RunReport;
  /** In the order of the options; the dump sets are `dumps/0`, `dumps/1` and so on. */
  readonly copies: readonly Copy[];
}

/** All in one run, as starting one for each would take most of the time. */
export async function drillMany(
  source: FreshDatabase,
  workspace: Workspace,
  options: readonly { readonly dump: Step; readonly level: 'counts' | 'content' }[],
  client: Readonly<Record<string, unknown>> = {},
): Promise<ManyDrills> {
  const copies = options.map((_, index) => copyOn(source.server, `${source.name}_${index}`));
  const steps = options.flatMap(({ dump, level }, index) =>
    drill(source.name, copies[index]?.name ?? '', { to: `dumps/${index}`, dump, verify: { level } }),
  );
  const connections = { source: source.url, target: source.url };
  const { report } = await workspace.run({ connections, client, steps }, keptClients);
  return {
    report,
    copies,
    async [Symbol.asyncDispose]() {
      for (const copy of copies) await copy[Symbol.asyncDispose]();
    },
  };
}
