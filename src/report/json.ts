import { printable } from './json-text.ts';
import type { RunReport } from './model.ts';

/** Keys in the order in which a person would tell them; a key that is not here comes after them, by the alphabet. */
const order = `
  schema kind tool title step name version verdict exitCode headline startedAt status class
  level source target created object property expected actual connection host port user url
  path place client server format statements compared tables rows largeObjects
  archiveBytes sourceBytes bytes snapshot artifact id sha256 start seconds code message
  remedy fix follow said at file line column note phases rolesCreated checks reason finding findings ignored unread sampled of
  problems notes result diagnosis steps errors databases profile
`
  .trim()
  .split(/\s+/);
const rank: ReadonlyMap<string, number> = new Map(order.map((key, index) => [key, index]));

/**
 * `report.json`: the whole model. The order of keys never changes, so two reports can be compared as text. What is
 * not known is `null` rather than left out; seconds have three decimals.
 */
export function renderJson(report: RunReport): string {
  return `${printable(JSON.stringify(ordered(report), undefined, 2))}\n`;
}

function ordered(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .toSorted(([one], [other]) => compareKeys(one, other))
    .map(([key, item]) => [key, key === 'seconds' || key === 'start' ? milliseconds(item) : ordered(item)] as const);
  return Object.fromEntries(entries);
}

function compareKeys(one: string, other: string): number {
  const difference = (rank.get(one) ?? order.length) - (rank.get(other) ?? order.length);
  return difference !== 0 ? difference : one < other ? -1 : 1;
}

function milliseconds(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : ordered(value);
}
