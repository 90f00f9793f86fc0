import { optionNamed, type Tool } from '../../postgres/options/model.ts';
import { pgDump } from '../../postgres/options/pg-dump.ts';
import { pgDumpall } from '../../postgres/options/pg-dumpall.ts';
import { pgRestore } from '../../postgres/options/pg-restore.ts';
import { absent, type Combination, type Condition, given, moreThan, notOneOf } from '../schema/combinations.ts';

// What the tools refuse to do together, what they pass over in silence, and what would do something else than it says.
// A combination is one row: the options or keys with what they are, why not, and what to write instead. Options
// are found wherever the tables of options say that they are given: under `flags` or as a key of the step.

type Row = readonly [of: Readonly<Record<string, Condition>>, why: string, instead: string];

const otherThanPlain = notOneOf('plain');
const atRestore = 'remove it here, and give it to the restore';
const oneOfTheTwo = 'keep one of the two';

/** What pg_dump passes over in silence where it writes an archive (manual, "pg_dump"). */
const plainAlone = [
  'clean',
  'create',
  'disable-triggers',
  'no-owner',
  'no-table-access-method',
  'no-tablespaces',
  'superuser',
  'use-set-session-authorization',
] as const;

const dumpRows: readonly Row[] = [
  [
    { jobs: moreThan(1), format: notOneOf('auto', 'directory') },
    'only the directory format can be dumped by several jobs',
    'remove jobs, or write format: directory',
  ],
  [
    { jobs: moreThan(1), 'include-foreign-data': given },
    'rows of foreign tables cannot be dumped by several jobs',
    'write jobs: 1',
  ],
  [
    { clean: given, 'data-only': given },
    'rows alone are dumped, so there is nothing to drop',
    'remove clean, or dump the definitions too',
  ],
  [
    { 'data-only': given, 'schema-only': given },
    'together they leave nothing to dump',
    'remove both to dump definitions and rows',
  ],
  [{ 'data-only': given, 'no-data': given }, 'together they leave nothing to dump', oneOfTheTwo],
  [{ 'schema-only': given, 'no-schema': given }, 'together they leave nothing to dump', oneOfTheTwo],
  [
    { 'include-foreign-data': given, 'schema-only': given },
    'definitions alone are dumped, so no rows of foreign tables are',
    oneOfTheTwo,
  ],
  [{ statistics: given, 'data-only': given }, 'rows alone are dumped', 'write no-schema: true instead of data-only'],
  [
    { statistics: given, 'schema-only': given },
    'definitions alone are dumped',
    'write no-data: true instead of schema-only',
  ],
  [{ statistics: given, 'no-statistics': given }, 'they say the opposite', oneOfTheTwo],
  ...['data-only', 'schema-only', 'no-statistics'].map(
    (other): Row => [
      { 'statistics-only': given, [other]: given },
      'together they leave nothing to dump',
      'remove statistics-only',
    ],
  ),
  [{ 'if-exists': given, clean: absent }, 'it says how clean drops, and clean is not given', 'add clean: true'],
  [
    { 'on-conflict-do-nothing': given, inserts: absent, 'column-inserts': absent, 'rows-per-insert': absent },
    'only INSERT statements can pass over rows that are there',
    'add inserts, column-inserts or rows-per-insert',
  ],
  ...plainAlone.map(
    (option): Row => [
      { [option]: given, format: otherThanPlain },
      'only in the plain format it says how to restore; an archive is told when it is restored',
      atRestore,
    ],
  ),
  [
    { 'restrict-key': given, format: otherThanPlain },
    'only the plain format has such a key',
    'remove it; an archive needs none',
  ],
];

const globalsRows: readonly Row[] = [
  [{ 'globals-flags': given, globals: absent }, 'no globals are dumped', 'add globals: true'],
  [{ 'roles-only': given, 'tablespaces-only': given }, 'together they leave nothing to dump', oneOfTheTwo],
  [{ 'tablespaces-only': given, 'no-tablespaces': given }, 'together they leave nothing to dump', oneOfTheTwo],
  [{ 'if-exists': given, clean: absent }, 'it says how clean drops, and clean is not given', 'add clean: true'],
];

const restoreRows: readonly Row[] = [
  [
    { 'transaction-size': given, 'single-transaction': given },
    'all is in one transaction, so it has no other size',
    oneOfTheTwo,
  ],
  [{ statistics: given, 'no-statistics': given }, 'they say the opposite', oneOfTheTwo],
];

/** Where the option of a row is given in its step. What the tool does not have is the path of a key itself. */
function pathOf(tool: Tool, flags: string, name: string): string {
  const status = optionNamed(tool, name)?.status;
  if (status?.kind === 'owned') return status.key;
  return status?.kind === 'free' ? `${flags}.${name}` : name;
}

function combinations(tool: Tool, flags: string, rows: readonly Row[]): readonly Combination[] {
  return rows.map(([of, why, instead]) => ({
    of: Object.fromEntries(Object.entries(of).map(([name, holds]) => [pathOf(tool, flags, name), holds])),
    why,
    instead,
  }));
}

export const dumpCombinations = [
  ...combinations(pgDump, 'flags', dumpRows),
  ...combinations(pgDumpall, 'globals-flags', globalsRows),
];
export const restoreCombinations = combinations(pgRestore, 'flags', restoreRows);
