import { alignedTable, left, right } from '../report/aligned-table.ts';
import { formatBytes, formatCount, plural, unknown } from '../report/format.ts';
import { harmless } from '../report/text.ts';
import { coverageNotes } from '../verify/coverage.ts';
import { objectKinds } from '../verify/inventory.ts';
import { relationLabel } from '../verify/reading.ts';
import type { DatabaseDescription, DumpDescription, Soundness } from './describe-dump.ts';
import { cell, firstRows, indented, inside, type Label, labelled, namesIn, timeText, type View } from './lines.ts';
import { provenText } from './render-listing.ts';

const mostTables = 10;
const mostSequences = 5;
const mostSchemas = 15;

/** What is in a dump, for people. */
export function renderDescription(dump: DumpDescription, view: View): string {
  return [
    `${dump.kind} ${harmless(dump.path)}`,
    ...indented(labelled(headRows(dump, view), inside(view))),
    ...dump.databases.flatMap(database => ['', ...databaseLines(database, view)]),
  ].join('\n');
}

function headRows(dump: DumpDescription, view: View): readonly Label[] {
  const { server, globals, kind } = dump;
  const bare = kind === 'archive';
  return [
    ['dumped', bare ? `${dump.dumpedAt}, local time of the machine that dumped it` : timeText(dump.dumpedAt)],
    ['server', serverText(server)],
    ['client', `pg_dump ${dump.client}`],
    bare ? undefined : ['made by', dump.madeBy],
    ['size', formatBytes(dump.bytes)],
    bare ? undefined : ['globals', globals === undefined ? 'none' : globalsText(globals, view)],
    bare ? undefined : ['encrypted', dump.encrypted ? 'yes' : 'no'],
    ['proven', bare ? 'no: nothing is on record of an archive alone' : proofText(dump)],
    ['hashes', soundnessText(dump.soundness)],
  ];
}

/** A record is about hashes, and so about the files only where these were checked. */
function proofText({ proof, soundness }: DumpDescription): string {
  const limit = proof !== undefined && soundness.kind === 'not checked' ? ', of the files as its hashes list them' : '';
  return provenText(proof) + limit;
}

function serverText({ version, systemIdentifier, standby }: DumpDescription['server']): string {
  const identifier = systemIdentifier === undefined ? '' : `, system identifier ${systemIdentifier}`;
  return `${version}${standby === true ? ', a standby' : ''}${identifier}`;
}

function globalsText(globals: NonNullable<DumpDescription['globals']>, view: View): string {
  const { roles, tablespaces, rolePasswords } = globals;
  const passwords = rolePasswords ? 'with passwords' : 'without passwords';
  const places = tablespaces.length === 0 ? '' : `; tablespaces: ${namesIn(tablespaces, view)}`;
  return `${plural(roles.length, 'role')} ${passwords}: ${namesIn(roles, view)}${places}`;
}

/** Says that hashes hold only of those that were checked. */
function soundnessText(soundness: Soundness): string {
  switch (soundness.kind) {
    case 'hashes hold':
      return `hold: every byte of ${plural(soundness.files, 'file')} was checked`;
    case 'damaged':
      return `do NOT hold: ${soundness.reason}`;
    case 'not checked':
      return 'not checked (--quick)';
    case 'no hashes':
      return 'none: an archive alone has none, and its rows were not read';
  }
}

function databaseLines(database: DatabaseDescription, view: View): readonly string[] {
  return [
    `database ${harmless(database.name)}`,
    ...indented([
      ...labelled(databaseRows(database, view), inside(view)),
      '',
      ...objectTable(database, view),
      ...tableTable(database, view),
      ...sequenceTable(database, view),
    ]),
  ];
}

function databaseRows(database: DatabaseDescription, view: View): readonly Label[] {
  const { path, format, compression, bytes, snapshot, extensions, roles, largeObjects, options } = database;
  const file = path === undefined ? '' : `${path}, `;
  return [
    ['archive', `${file}${format}, compression ${compression}, ${formatBytes(bytes)}`],
    snapshot && ['snapshot', `${timeText(snapshot.takenAt)}, WAL position ${snapshot.walPosition}, ${snapshot.id}`],
    ['encoding', encodingText(database)],
    options && ['options', options.length === 0 ? 'none' : options.join(' ')],
    ['large objects', largeObjects === undefined ? 'left out' : formatCount(largeObjects)],
    ['extensions', extensions.length === 0 ? 'none' : namesIn(extensions.map(extensionText), view, 20)],
    ['roles needed', roles.length === 0 ? 'none' : namesIn(roles, view, 20)],
    database.options && ['not covered', coverageText(database)],
    database.options && ['content hashes', hashText(database)],
  ];
}

function encodingText({ encoding = 'unknown', locale }: DatabaseDescription): string {
  if (locale === undefined) return encoding;
  const { collate, characterType, localeProvider, locale: name } = locale;
  const own = name === undefined ? '' : ` ${name}`;
  return `${encoding}, ${localeProvider}${own}, collation ${collate}, character type ${characterType}`;
}

function extensionText({ name, version, schema }: DatabaseDescription['extensions'][number]): string {
  return `${name}${version === undefined ? '' : ` ${version}`}${schema === undefined ? '' : ` in ${schema}`}`;
}

function coverageText({ name, notCovered }: DatabaseDescription): string {
  if (notCovered === undefined) return 'unknown: the dump was never asked';
  return coverageNotes({ name, notCovered })[0] ?? 'nothing: it holds the whole database';
}

function hashText({ hashed, tables }: DatabaseDescription): string {
  if (hashed === 0) return 'none';
  return hashed === tables.length
    ? `of all ${plural(hashed, 'table')}`
    : `of ${hashed} of ${plural(tables.length, 'table')}`;
}

function objectTable({ objects, unread }: DatabaseDescription, view: View): readonly string[] {
  if (objects === undefined) return [`objects unknown: ${harmless(unread ?? '')}`];
  if (objects.length === 0) return ['no objects'];
  const kinds = objectKinds.filter(kind => objects.some(each => each.kind === kind));
  const schemas = firstRows([...new Set(objects.map(({ schema }) => schema))], view, mostSchemas);
  const counts = new Map(objects.map(({ schema, kind, count }) => [`${schema}\0${kind}`, formatCount(count)]));
  const rows = schemas.shown.map(schema => [
    schema === '' ? '(in no schema)' : cell(schema),
    ...kinds.map(kind => counts.get(`${schema}\0${kind}`) ?? ''),
  ]);
  return [...alignedTable([left('schema'), ...kinds.map(right)], rows, inside(view)), ...schemas.more];
}

function tableTable({ tables, hashed }: DatabaseDescription, view: View): readonly string[] {
  if (tables.length === 0) return [];
  const { shown, more } = firstRows(tables, view, mostTables);
  const counted = tables.some(({ rows }) => rows !== undefined);
  const rows = shown.map(table => [
    cell(relationLabel(table)),
    ...(counted ? [number(table.rows, formatCount), number(table.bytes, formatBytes)] : []),
    ...(hashed > 0 ? [cell(table.hash ?? unknown)] : []),
  ]);
  const columns = [
    left('table'),
    ...(counted ? [right('rows'), right('in the source')] : []),
    ...(hashed > 0 ? [left('hash')] : []),
  ];
  return ['', ...alignedTable(columns, rows, inside(view)), ...more];
}

function number(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? unknown : format(value);
}

function sequenceTable({ sequences }: DatabaseDescription, view: View): readonly string[] {
  if (sequences.length === 0) return [];
  const { shown, more } = firstRows(sequences, view, mostSequences);
  const rows = shown.map(sequence => [
    cell(relationLabel(sequence)),
    cell(sequence.lastValue),
    sequence.isCalled ? 'yes' : 'no',
  ]);
  return ['', ...alignedTable([left('sequence'), right('position'), left('called')], rows, inside(view)), ...more];
}
