import { type Inventory, objectKinds } from '../verify/inventory.ts';
import { type Column, left, right } from './aligned-table.ts';
import { formatCount, unknown } from './format.ts';
import type { StepReport } from './model.ts';

/** A table for people; cells are foreign text. */
export interface InventoryTable {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** How many schemas are shown; `report.json` has all. */
const mostSchemas = 15;

/** The checklist of every copy of a step: objects by schema and kind, rows of the largest tables, statistics. */
export function inventoryTables(step: StepReport): readonly InventoryTable[] {
  if (step.result?.kind !== 'verify') return [];
  return step.result.databases.flatMap(({ target, inventory }) =>
    inventory === undefined ? [] : [objectTable(target, inventory), ...rowTable(target, inventory)],
  );
}

/** Only kinds that there are; schemas with a difference first. */
function objectTable(target: string, { objects, analyzed }: Inventory): InventoryTable {
  const kinds = objectKinds.filter(kind => objects.some(each => each.kind === kind));
  const schemas = [...new Set(objects.map(({ schema }) => schema))];
  const differs = (schema: string) => objects.some(each => each.schema === schema && each.source !== each.copy);
  const ordered = [...schemas.filter(differs), ...schemas.filter(schema => !differs(schema))];
  const rows = ordered.slice(0, mostSchemas).map(schema => [
    schema === '' ? '(in no schema)' : schema,
    ...kinds.map(kind => {
      const found = objects.find(each => each.schema === schema && each.kind === kind);
      return found === undefined ? '' : pair(found.source, found.copy);
    }),
  ]);
  const more = schemas.length - mostSchemas;
  const statistics =
    analyzed === undefined
      ? ''
      : `; ANALYZE has seen ${formatCount(analyzed.seen)} of ${formatCount(analyzed.filled)} tables with rows`;
  return {
    title: `${target}, objects of source | copy${statistics}`,
    columns: [left('schema'), ...kinds.map(right)],
    rows: more > 0 ? [...rows, [`… and ${formatCount(more)} more in report.json`]] : rows,
  };
}

function rowTable(target: string, { tables }: Inventory): readonly InventoryTable[] {
  if (tables.every(({ copy }) => copy === undefined)) return [];
  const rows = tables.map(({ schema, name, source, copy }) => [
    `${schema}.${name}`,
    formatCount(source),
    copy === undefined ? unknown : formatCount(copy),
  ]);
  const title = `${target}, rows of the ${tables.length === 1 ? 'table' : `${tables.length} largest tables`}`;
  return [{ title, columns: [left('table'), right('source'), right('copy')], rows }];
}

function pair(source: number, copy: number): string {
  return `${formatCount(source)} | ${formatCount(copy)}`;
}
