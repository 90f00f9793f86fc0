import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import type { CompareOptions } from './compared-entries.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, shortList, skippedCheck, unreadCheck } from './make-check.ts';
import type { CopiedExtension, IndexFacts } from './queries.ts';
import { type Reading, type RelationName, relationKey, relationLabel } from './reading.ts';

/**
 * Versions of extensions, which no archive holds. An extension that is missing altogether is the objects' matter. On
 * another major the version that it ships is the right one: CREATE EXTENSION has no other there, as a rule. One that was
 * to be present before has to be there, in the version that it had.
 */
export function compareExtensions(
  expected: DumpedDatabase['extensions'],
  reading: Reading<readonly CopiedExtension[]>,
  { anotherMajor, present }: { readonly anotherMajor: boolean; readonly present: readonly string[] },
): Check {
  if (reading.kind === 'unreadable') return unreadCheck('extensions', 'objects', reading.reason);
  const installed = new Map(reading.value.map(extension => [extension.name, extension]));
  const both = expected.filter(({ name }) => installed.has(name));
  const newer: string[] = [];
  const others: string[] = [];
  const missing = present
    .filter(name => !installed.has(name))
    .map((name): Finding => ({ kind: 'missing', object: `EXTENSION ${name}` }));
  const findings = both.flatMap(({ name, version }): readonly Finding[] => {
    const { version: actual = '', shipped } = installed.get(name) ?? {};
    if (actual === version) return [];
    if (present.includes(name)) {
      others.push(`${name} ${version} is ${actual} there`);
      return [];
    }
    if (anotherMajor && actual === shipped) {
      newer.push(`${name} ${version} is ${actual} there`);
      return [];
    }
    return [{ kind: 'changed', object: `EXTENSION ${name}`, property: 'version', expected: version, actual }];
  });
  const notes = [
    ...(newer.length === 0 ? [] : [`as the copy's major ships them: ${shortList(newer)}`]),
    ...(others.length === 0 ? [] : [`as they were there before: ${shortList(others)}`]),
  ];
  const all = [...missing, ...findings];
  return makeCheck({
    name: 'extensions',
    level: 'objects',
    compared: both.length + missing.length,
    findings: all,
    notes,
  });
}

/**
 * An archive holds no invalid index, so a faithful copy has none. With `restored` it holds other indexes as well, and
 * only those of these entries count.
 */
export function checkIndexes(reading: Reading<IndexFacts>, restored?: readonly TocEntry[]): Check {
  if (reading.kind === 'unreadable') return unreadCheck('indexes', 'objects', reading.reason);
  const own = restored?.filter(({ description }) => description === 'INDEX' || description === 'CONSTRAINT');
  const isOwn = ({ schema, name }: RelationName) =>
    own?.some(({ namespace, tag }) => namespace === schema && (tag === name || tag.endsWith(` ${name}`))) ?? true;
  const findings = reading.value.invalid.filter(isOwn).map(
    (index): Finding => ({
      kind: 'changed',
      object: `INDEX ${relationLabel(index)}`,
      property: 'valid',
      expected: 'true',
      actual: 'false',
    }),
  );
  return makeCheck({ name: 'indexes', level: 'objects', compared: own?.length ?? reading.value.count, findings });
}

/**
 * A materialized view is filled in the copy exactly when the archive refreshes it: an unpopulated one has no MATERIALIZED
 * VIEW DATA entry, and in any case when the restore has filled those too. Its contents are computed anew and not compared.
 */
export function compareMaterializedViews(
  source: readonly TocEntry[],
  target: readonly TocEntry[],
  unpopulated: Reading<readonly RelationName[]>,
  { sections, refreshed }: Pick<CompareOptions, 'sections' | 'refreshed'>,
): Check {
  const name = 'materialized views';
  if (!sections.includes('post-data'))
    return skippedCheck(name, 'objects', 'the restore left out the section that fills them');
  if (unpopulated.kind === 'unreadable') return unreadCheck(name, 'objects', unpopulated.reason);
  const filled = new Set(ofKind(source, 'MATERIALIZED VIEW DATA').map(relationKey));
  const copied = new Set(ofKind(target, 'MATERIALIZED VIEW').map(relationKey));
  const empty = new Set(unpopulated.value.map(relationKey));
  const both = ofKind(source, 'MATERIALIZED VIEW').filter(view => copied.has(relationKey(view)));
  const findings = both.flatMap((view): readonly Finding[] => {
    const [expected, actual] = [refreshed === true || filled.has(relationKey(view)), !empty.has(relationKey(view))];
    if (expected === actual) return [];
    const object = `MATERIALIZED VIEW ${relationLabel(view)}`;
    return [{ kind: 'changed', object, property: 'populated', expected: String(expected), actual: String(actual) }];
  });
  return makeCheck({ name, level: 'objects', compared: both.length, findings });
}

function ofKind(entries: readonly TocEntry[], description: string): readonly RelationName[] {
  return entries
    .filter(entry => entry.description === description)
    .map(entry => ({ schema: entry.namespace ?? '', name: entry.tag }));
}
