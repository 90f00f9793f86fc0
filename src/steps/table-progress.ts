import { createProgress } from '../report/progress.ts';
import type { Runtime } from './runtime.ts';

/** Progress over tables of known size, told by the tools' own words on which table they begin. */
export function tableProgress(
  runtime: Runtime,
  label: string,
  tables: readonly { readonly schema: string; readonly name: string; readonly bytes: number }[],
): { readonly onTable: (name: string) => void; readonly finish: () => void } {
  const progress = createProgress({ platform: runtime.platform, clock: runtime.clock, label });
  const sizes = new Map(tables.map(table => [`${table.schema}.${table.name}`, table.bytes]));
  const bytesTotal = tables.reduce((sum, table) => sum + table.bytes, 0);
  let begun = 0;
  let bytesDone = 0;
  let current = 0;
  return {
    onTable(name) {
      begun++;
      bytesDone += current;
      current = sizes.get(name.replaceAll('"', '')) ?? 0;
      progress.update({ tablesDone: begun - 1, tablesTotal: tables.length, bytesDone, bytesTotal });
    },
    finish: () => progress.finish(),
  };
}
