import { createProgress } from '../report/progress.ts';
import type { Runtime } from './runtime.ts';

/** Milliseconds between looks; the progress itself decides when it is time to show something. */
const beat = 200;

/**
 * Progress over tables of known size. The tools say which table they begin; how far they are in it, the server says.
 * Also beats where nothing is begun for long, so that a log shows that work goes on.
 */
export function tableProgress(
  runtime: Runtime,
  label: string,
  tables: readonly { readonly schema: string; readonly name: string; readonly bytes: number }[],
): { readonly onTable: (name: string) => void; readonly finish: () => void } {
  const progress = createProgress({ platform: runtime.platform, clock: runtime.clock, label });
  const sizes = new Map(tables.map(table => [`${table.schema}.${table.name}`, table.bytes]));
  const bytesTotal = tables.reduce((sum, table) => sum + table.bytes, 0);
  let begun = 0;
  let bytesBefore = 0;
  let current = 0;
  const timer = setInterval(() => {
    const bytesDone = bytesBefore + Math.min(runtime.copiedBytes(), current);
    progress.update({ tablesDone: Math.max(begun - 1, 0), tablesTotal: tables.length, bytesDone, bytesTotal });
  }, beat);
  return {
    onTable(name) {
      begun++;
      bytesBefore += current;
      current = sizes.get(name.replaceAll('"', '')) ?? 0;
    },
    finish() {
      clearInterval(timer);
      progress.finish();
    },
  };
}
