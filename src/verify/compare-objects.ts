import type { TocEntry } from '../postgres/archive/model.ts';
import { type CompareOptions, comparedObjects } from './compared-entries.ts';
import { describesDatabase } from './database-name.ts';
import { differingLines } from './differing-lines.ts';
import type { Finding } from './finding.ts';
import { showable } from './hide-values.ts';
import { normaliseBlankLines } from './normalise.ts';
import { type Paired, pairOff } from './pair-off.ts';
import { groupByKey, type ObjectValue, type TocObject } from './toc-object.ts';

export interface ObjectComparison {
  /** Objects of the source that the copy has to have. */
  readonly compared: number;
  /** Missing and changed objects in the order of the archive, then the extra ones. */
  readonly findings: readonly Finding[];
  /** Those of the findings that are about a definition, and so may be no more than another way to print it. */
  readonly changed: readonly TargetDefinition[];
  /** Objects that only the copy has. Where another pg_dump made the archive, it may have had no entries for such. */
  readonly extra: readonly TargetDefinition[];
  /** Objects whose definitions differ in line ends or in the number of blank lines only. */
  readonly blankLinesOnly: readonly string[];
}

/** What a finding says of the copy, to be looked up in a scratch database. */
export interface TargetDefinition {
  readonly key: string;
  /** The copy's definition, blank lines normalised. */
  readonly definition: string;
  /** Of `public`, whose entry says nothing else. */
  readonly owner?: string | undefined;
  /** The very finding in the list of all. */
  readonly finding: Finding;
}

/**
 * Compares the table of contents of an archive with one of a schema-only dump of its copy, both made by the same pg_dump
 * in the same time zone. Objects are told apart by kind, schema and tag; definition, owner, tablespace and access method
 * must be equal. Needs time in proportion to the number of entries.
 */
export function compareObjects(
  source: readonly TocEntry[],
  target: readonly TocEntry[],
  options: CompareOptions,
): ObjectComparison {
  const entries = comparedObjects(source, target, options);
  const [ours, theirs] = [groupByKey(entries.source), groupByKey(entries.target)];
  const findings: Finding[] = [];
  const changed: TargetDefinition[] = [];
  const blankLinesOnly: string[] = [];
  const extra: TargetDefinition[] = [];
  for (const [key, objects] of ours) {
    const { pairs, left, right } = paired(objects, theirs.get(key) ?? []);
    for (const [one, other] of pairs) {
      if (one.value.definition !== other.value.definition) {
        const definition = normaliseBlankLines(other.value.definition);
        const expected = normaliseBlankLines(one.value.definition);
        if (expected === definition) blankLinesOnly.push(one.name);
        else {
          const finding = definitionFinding(one, expected, definition);
          findings.push(finding);
          if (!describesDatabase(one)) changed.push({ key, definition, finding });
        }
      }
      findings.push(...attributeFindings(one, other.value));
    }
    findings.push(...left.map(object => ({ kind: 'missing', object: object.name }) as const));
    extra.push(...right.map(extraObject));
  }
  for (const [key, objects] of theirs) if (!ours.has(key)) extra.push(...objects.filter(unasked).map(extraObject));
  const all = [...findings, ...extra.map(({ finding }) => finding)];
  return { compared: entries.source.length, findings: all, changed, extra, blankLinesOnly };
}

/** Nearly all keys are those of one object each, which needs no search for the one that is most like it. */
function paired(ours: readonly TocObject[], theirs: readonly TocObject[]): Paired<TocObject> {
  const [one, other] = [ours[0], theirs[0]];
  if (ours.length !== 1 || theirs.length !== 1 || one === undefined || other === undefined)
    return pairOff(ours, theirs, likenesses);
  return { pairs: [[one, other]], left: [], right: [] };
}

const likenesses: readonly ((object: TocObject) => string)[] = [
  ({ value }) => `${value.definition}\0${attributes(value)}`,
  ({ value }) => `${normaliseBlankLines(value.definition)}\0${attributes(value)}`,
  ({ value }) => normaliseBlankLines(value.definition),
  ({ value }) => attributes(value),
  () => '',
];

function attributes(value: ObjectValue): string {
  return `${value.owner}\0${value.tablespace}\0${value.accessMethod}`;
}

function extraObject({ key, name, description, tag, value }: TocObject): TargetDefinition {
  return {
    key,
    definition: normaliseBlankLines(value.definition),
    owner: ownerOfPublic({ description, tag, owner: value.owner }),
    finding: { kind: 'extra', object: name },
  };
}

export function ownerOfPublic(entry: Pick<TocEntry, 'description' | 'tag' | 'owner'>): string | undefined {
  return entry.description === 'SCHEMA' && entry.tag === 'public' ? (entry.owner ?? '') : undefined;
}

/**
 * Comments that come by themselves, also where the dump was made without comments: CREATE EXTENSION makes that of the
 * extension, and every new database has that of `public`, which pg_dump prints where it quotes all names.
 */
function unasked({ description, tag, value }: TocObject): boolean {
  if (description !== 'COMMENT') return true;
  const standard = tag === 'SCHEMA "public"' && value.definition.endsWith(" IS 'standard public schema';\n");
  return !standard && !tag.startsWith('EXTENSION ');
}

function definitionFinding(object: TocObject, expected: string, actual: string): Finding {
  const shown = [showable(object.description, expected), showable(object.description, actual)] as const;
  const lines =
    shown[0] === shown[1]
      ? { expected: 'a hidden value', actual: 'another hidden value' }
      : differingLines(shown[0], shown[1]);
  return { kind: 'changed', object: object.name, property: 'definition', ...lines };
}

function attributeFindings(object: TocObject, actual: ObjectValue): readonly Finding[] {
  const compared = [
    ['owner', object.value.owner, actual.owner],
    ['tablespace', object.value.tablespace, actual.tablespace],
    ['access method', object.value.accessMethod, actual.accessMethod],
  ] as const;
  return compared.flatMap(([property, ours, theirs]) =>
    ours === theirs
      ? []
      : [{ kind: 'changed', object: object.name, property, expected: ours, actual: theirs } as const],
  );
}
