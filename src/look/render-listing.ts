import { alignedTable, left, right } from '../report/aligned-table.ts';
import { formatBytes, formatTime, listed, plural, unknown } from '../report/format.ts';
import { harmless } from '../report/text.ts';
import type { SetListing, StoredSetFacts } from '../storage/listing.ts';
import type { StoredProof } from '../storage/proof.ts';
import { cell, type View } from './lines.ts';

/** Dump sets for people, newest first, and below them what is none. */
export function renderListing({ place, checked, sets, others }: SetListing, { width }: Pick<View, 'width'>): string {
  const title = `${plural(sets.length, 'dump set')} in ${harmless(place)}${sets.length === 0 ? '' : `: ${checked}`}`;
  const columns = [
    left('dump set'),
    // Flush right, as times are not cut where a terminal is narrow.
    right('dumped'),
    left('databases'),
    right('size'),
    left('proven'),
    left('encrypted'),
  ];
  const rows = newestFirst(sets).map(set => [
    cell(set.name),
    formatTime(set.finishedAt),
    databasesText(set.databases),
    formatBytes(set.bytes),
    provenText(set.proof),
    set.encrypted ? 'yes' : 'no',
  ]);
  return [
    title,
    ...(rows.length === 0 ? [] : alignedTable(columns, rows, width)),
    ...others.map(({ name, reason }) => `no dump set: ${cell(name)} (${harmless(reason)})`),
  ].join('\n');
}

function databasesText(databases: StoredSetFacts['databases']): string {
  if (databases === undefined) return unknown;
  return databases.length === 0 ? 'globals alone' : cell(listed(databases));
}

/** The level of the comparison, when it was made, and how much it passed over. */
export function provenText(proof: StoredProof | undefined): string {
  if (proof === undefined) return 'no';
  const { level = 'yes', ignored = 0, verifiedAt } = proof;
  const time = new Date(verifiedAt ?? Number.NaN);
  return [
    cell(level),
    ...(Number.isNaN(time.getTime()) ? [] : [formatTime(time)]),
    ...(ignored > 0 ? [`${plural(ignored, 'difference')} ignored`] : []),
  ].join(', ');
}

/** The same for programs, without a schema's number. */
export function listingFacts({ place, checked, sets, others }: SetListing) {
  return { place, checked, sets: newestFirst(sets), others };
}

function newestFirst(sets: readonly StoredSetFacts[]): readonly StoredSetFacts[] {
  return sets.toSorted((one, other) => other.finishedAt.getTime() - one.finishedAt.getTime());
}
