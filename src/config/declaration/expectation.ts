import { isDecimal, type Tolerance } from '../../verify/user-checks/decimal.ts';
import { type Cell, type Expectation, operators } from '../../verify/user-checks/expectation.ts';
import { list } from '../schema/collections.ts';
import { optional } from '../schema/fields.ts';
import type { Decoded, Kind } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { type ScalarKind, scalar } from '../schema/scalar.ts';
import type { SourceNode, SourceScalar } from '../source/tree.ts';

/** One value of a row: numbers as they are spelled. */
const cell = scalar<Cell>({
  expects: 'a value',
  type: 'value',
  schema: { type: ['string', 'number', 'boolean', 'null'] },
  read: node => ({ value: readCell(node) }),
});

function readCell({ value, spelling }: SourceScalar): Cell {
  return typeof value === 'number' ? spelling : value;
}

/** As far as a single value of YAML can say it: `source` and comparisons are words of their own. */
const written = scalar<Expectation>({
  expects: 'a value, or a comparison such as ">= 100"',
  type: 'value, or comparison such as `">= 100"`',
  schema: { type: ['string', 'number', 'boolean'] },
  read: node => (node.value === null ? undefined : { value: readWritten(readCell(node)) }),
});

function readWritten(value: Cell): Expectation {
  const comparison = typeof value === 'string' ? comparisonIn(value) : undefined;
  return comparison ?? { kind: 'value', value };
}

function comparisonIn(text: string): Expectation | undefined {
  const operator = operators.find(each => text.startsWith(each));
  const value = operator === undefined ? '' : text.slice(operator.length).trim();
  return operator === undefined || value === '' ? undefined : { kind: 'comparison', operator, value };
}

const bound: ScalarKind<string> = scalar({
  expects: 'a number or text',
  type: 'number or text',
  schema: { anyOf: [{ type: 'number' }, { type: 'string', minLength: 1 }] },
  read: node => {
    const value = readCell(node);
    return typeof value === 'string' && value !== '' ? { value } : undefined;
  },
});

const tolerance = scalar<Tolerance>({
  expects: 'a number, or a percentage such as 1%',
  type: 'number, or percentage such as `1%`',
  schema: {
    anyOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: '^[0-9]{1,9}(\\.[0-9]{1,9})?%$' },
    ],
  },
  read: node => {
    if (typeof node.value === 'number')
      return node.value >= 0 && isDecimal(node.spelling)
        ? { value: { amount: node.spelling, percent: false } }
        : undefined;
    const amount = /^(?<amount>[0-9]{1,9}(?:\.[0-9]{1,9})?)%$/.exec(String(node.value))?.groups?.['amount'];
    return amount === undefined ? undefined : { value: { amount, percent: true } };
  },
});

const detail = object(
  {
    min: optional(bound, 'The least value.', { otherwise: 'none' }),
    max: optional(bound, 'The greatest value.', { otherwise: 'none' }),
    equal: optional(cell, 'The value; `source` for whatever the source gives.'),
    tolerance: optional(tolerance, 'How far a number may be from `equal`: so much, or so many percent of it.', {
      otherwise: 'not at all',
    }),
  },
  {
    atLeastOne: [['min', 'max', 'equal']],
    conflicts: [
      ['equal', 'min'],
      ['equal', 'max'],
    ],
    needs: [['tolerance', 'equal']],
  },
);

const cells = list(cell);

/** A row with one column may be written as its value, which may be null. */
const row: typeof cells = {
  ...cells,
  decode: (node, path, decoding) => {
    if (node.kind !== 'scalar') return cells.decode(node, path, decoding);
    const decoded = cell.decode(node, path, decoding);
    return decoded && { value: [decoded.value] };
  },
};
const rows = list(row, { minimum: 0 });

/** What a query has to give, in each of the ways to say it. */
export const expectation: Kind<Expectation> = {
  expects: `${written.expects}, a list of rows, or a map with min, max, equal or tolerance`,
  type: `${written.type}; list of rows; or map`,
  schema: { anyOf: [written.schema, rows.schema, detail.schema] },
  shape: detail.shape,
  decode: (node, path, decoding): Decoded<Expectation> => {
    if (node.kind === 'list') {
      const decoded = rows.decode(node, path, decoding);
      return decoded && { value: { kind: 'rows', rows: decoded.value } };
    }
    if (!isMap(node)) return written.decode(node, path, decoding);
    const decoded = detail.decode(node, path, decoding);
    return decoded && { value: inDetail(decoded.value) };
  },
};

function isMap(node: SourceNode): boolean {
  return node.kind === 'map';
}

function inDetail({
  min,
  max,
  equal,
  tolerance: allowed,
}: {
  readonly min: string | undefined;
  readonly max: string | undefined;
  readonly equal: Cell | undefined;
  readonly tolerance: Tolerance | undefined;
}): Expectation {
  if (equal === 'source') return { kind: 'same', tolerance: allowed };
  if (equal !== undefined) return { kind: 'value', value: equal, tolerance: allowed };
  return { kind: 'range', minimum: min, maximum: max };
}
