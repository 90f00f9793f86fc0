import { compareDecimals, isDecimal, isWithin, type Tolerance } from './decimal.ts';

/** One value of a row: `boolean` as YAML writes it, everything else as text; null for NULL. */
export type Cell = string | boolean | null;

export const operators = ['>=', '<=', '<>', '!=', '>', '<', '='] as const;
export type Operator = (typeof operators)[number];

/** What a query has to give. All but `rows` and `same` are about one row with one column. */
export type Expectation =
  | { readonly kind: 'value'; readonly value: Cell; readonly tolerance?: Tolerance | undefined }
  | { readonly kind: 'comparison'; readonly operator: Operator; readonly value: string }
  | { readonly kind: 'range'; readonly minimum: string | undefined; readonly maximum: string | undefined }
  /** These rows, in any order. */
  | { readonly kind: 'rows'; readonly rows: readonly (readonly Cell[])[] }
  /** The same rows in source and copy: in any order or, with a tolerance, in that of the query. */
  | { readonly kind: 'same'; readonly tolerance?: Tolerance | undefined };

/** Rows as the server prints them. */
export type Rows = readonly (readonly (string | null)[])[];

/** What was expected and what was found, in words; undefined where they agree. */
export type Difference = { readonly expected: string; readonly actual: string } | undefined;

/** Compares what one side gave with what was expected of it. */
export function meets(expectation: Exclude<Expectation, { readonly kind: 'same' }>, rows: Rows): Difference {
  if (expectation.kind === 'rows') return expectedRows(expectation.rows, rows);
  const [row] = rows;
  const holds = rows.length === 1 && row?.length === 1 && holdsFor(expectation, row[0] ?? null);
  return holds ? undefined : { expected: inWords(expectation), actual: showRows(rows) };
}

/** Compares what the copy gave with what the source gave. */
export function agree(source: Rows, copy: Rows, tolerance: Tolerance | undefined): Difference {
  if (tolerance === undefined) return sameRows(source, copy);
  const near = (one: string | null, other: string | null) =>
    one === other || (one !== null && other !== null && isWithin(one, other, tolerance));
  const pairs = source.map((row, index) => [row, copy[index] ?? []] as const);
  const different = pairs.filter(
    ([row, other]) => row.length !== other.length || !row.every((cell, at) => near(cell, other[at] ?? null)),
  );
  const [ours, theirs] = [different.map(([row]) => row), different.map(([, other]) => other)];
  if (source.length !== copy.length) return { expected: countRows(source), actual: countRows(copy) };
  return different.length === 0 ? undefined : { expected: showRows(ours), actual: showRows(theirs) };
}

function holdsFor(
  expectation: Exclude<Expectation, { readonly kind: 'same' | 'rows' }>,
  actual: string | null,
): boolean {
  if (expectation.kind === 'value') {
    const { value, tolerance } = expectation;
    if (sameCell(value, actual)) return true;
    return (
      tolerance !== undefined && typeof value === 'string' && actual !== null && isWithin(value, actual, tolerance)
    );
  }
  if (actual === null) return false;
  if (expectation.kind === 'comparison') return compares(actual, expectation.operator, expectation.value);
  const { minimum, maximum } = expectation;
  return (
    (minimum === undefined || compares(actual, '>=', minimum)) &&
    (maximum === undefined || compares(actual, '<=', maximum))
  );
}

/** Numbers as numbers, anything else as text, which is right for dates. A number and a text can't be compared. */
function compares(actual: string, operator: Operator, value: string): boolean {
  const order =
    isDecimal(actual) || isDecimal(value)
      ? compareDecimals(actual, value)
      : actual < value
        ? -1
        : actual > value
          ? 1
          : 0;
  if (order === undefined) return operator === '<>' || operator === '!=';
  switch (operator) {
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '=':
      return order === 0;
    case '<>':
    case '!=':
      return order !== 0;
  }
}

/** A number may be spelled in another way (`5`, `5.00`), and the server prints booleans as `t` and `f`. */
function sameCell(expected: Cell, actual: string | null): boolean {
  if (typeof expected === 'boolean') return actual === String(expected) || actual === (expected ? 't' : 'f');
  if (expected === null || actual === null) return expected === actual;
  return expected === actual || compareDecimals(expected, actual) === 0;
}

function expectedRows(expected: readonly (readonly Cell[])[], actual: Rows): Difference {
  const extra = [...actual];
  const missing = expected.filter(row => {
    const at = extra.findIndex(
      other => other.length === row.length && row.every((cell, index) => sameCell(cell, other[index] ?? null)),
    );
    if (at !== -1) extra.splice(at, 1);
    return at === -1;
  });
  return differentRows(missing, extra);
}

/** There may be thousands, so each is looked up. */
function sameRows(source: Rows, copy: Rows): Difference {
  const counts = new Map<string, number>();
  for (const row of source) counts.set(JSON.stringify(row), (counts.get(JSON.stringify(row)) ?? 0) + 1);
  const take = (row: Rows[number]): boolean => {
    const count = counts.get(JSON.stringify(row)) ?? 0;
    if (count > 0) counts.set(JSON.stringify(row), count - 1);
    return count > 0;
  };
  const extra = copy.filter(row => !take(row));
  return differentRows(source.filter(take), extra);
}

function differentRows(missing: readonly (readonly Cell[])[], extra: Rows): Difference {
  if (missing.length === 0 && extra.length === 0) return undefined;
  return { expected: showRows(missing, 'no other row'), actual: showRows(extra, 'no such row') };
}

function inWords(expectation: Exclude<Expectation, { readonly kind: 'same' | 'rows' }>): string {
  switch (expectation.kind) {
    case 'value': {
      const { value, tolerance } = expectation;
      return tolerance === undefined ? showCell(value) : `${showCell(value)} ± ${showTolerance(tolerance)}`;
    }
    case 'comparison':
      return `${expectation.operator} ${expectation.value}`;
    case 'range': {
      const { minimum, maximum } = expectation;
      return `${minimum === undefined ? '' : `at least ${minimum}`}${minimum !== undefined && maximum !== undefined ? ', ' : ''}${maximum === undefined ? '' : `at most ${maximum}`}`;
    }
  }
}

function showTolerance({ amount, percent }: Tolerance): string {
  return percent ? `${amount}%` : amount;
}

/** How many rows a difference shows. */
const mostRows = 5;

function showRows(rows: readonly (readonly Cell[])[], none = 'no row'): string {
  const [first] = rows;
  if (first === undefined) return none;
  if (rows.length === 1 && first.length === 1) return showCell(first[0] ?? null);
  const shown = rows.slice(0, mostRows).map(row => `(${row.map(showCell).join(', ')})`);
  const more = rows.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(' ');
}

function countRows(rows: Rows): string {
  return rows.length === 1 ? '1 row' : `${rows.length} rows`;
}

function showCell(cell: Cell): string {
  return cell === null ? 'NULL' : String(cell);
}
