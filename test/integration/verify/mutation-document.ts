import type { Said, SaidOfChange } from './pgcopydb.ts';

export interface SeenChange {
  readonly sql: string;
  readonly found: readonly string[];
  /** The first level at which it is found. */
  readonly level: string;
  /** Whether plain counts of source and copy differ. */
  readonly counted: boolean;
  /** Undefined where that was not measured. */
  readonly said: SaidOfChange | undefined;
}

export interface MutationDocument {
  readonly title: string;
  readonly introduction: readonly string[];
  /** Undefined where nothing was measured. */
  readonly pgcopydb: string | undefined;
  readonly changes: readonly SeenChange[];
}

export function renderMutations({ title, introduction, pgcopydb, changes }: MutationDocument): string {
  return [
    `# ${title}`,
    '',
    ...introduction,
    '',
    ...summary(pgcopydb, changes),
    '',
    '## Every change',
    '',
    '| | change of the copy | found by verify | from level | counts | compare schema | compare data |',
    '|---|---|---|---|---|---|---|',
    ...changes.map(row),
    '',
  ].join('\n');
}

function summary(pgcopydb: string | undefined, changes: readonly SeenChange[]): readonly string[] {
  const measured = changes.flatMap(({ said }) => (said === undefined ? [] : [said]));
  const ways: readonly (readonly [string, readonly Said[]])[] = [
    [`\`pgcopydb compare schema\` (${pgcopydb})`, measured.map(({ schema }) => schema)],
    [`\`pgcopydb compare data\` (${pgcopydb})`, measured.map(({ data }) => data)],
  ];
  const either = measured.filter(({ schema, data }) => [schema, data].some(said => said !== '-')).length;
  return [
    '| way | noticed | of these with exit code 0 | of these by crashing |',
    '|---|---|---|---|',
    `| \`verify\` | **${changes.length} of ${changes.length}** | 0 | 0 |`,
    `| plain counts | ${changes.filter(({ counted }) => counted).length} of ${changes.length} | | |`,
    ...(measured.length === 0
      ? []
      : [
          ...ways.map(([way, said]) => {
            const number = (among: (one: Said) => boolean) => said.filter(among).length;
            const noticed = `${number(one => one !== '-')} of ${said.length}`;
            return `| ${way} | ${noticed} | ${number(one => one === 'exit 0')} | ${number(one => one === 'crash')} |`;
          }),
          `| both of these together | ${either} of ${measured.length} | | |`,
        ]),
  ];
}

function row({ sql, found, level, counted, said }: SeenChange, index: number): string {
  const shown = `${found.slice(0, 3).join('; ')}${found.length > 3 ? '; …' : ''}`;
  const cells = [
    String(index + 1),
    `\`${sql}\``,
    shown,
    level,
    counted ? 'yes' : '',
    said === undefined ? '?' : word(said.schema),
    said === undefined ? '?' : word(said.data),
  ];
  return `| ${cells.map(cell).join(' | ')} |`.replaceAll('  |', ' |');
}

/** An error that leaves the status at 0 is worth more than a word. */
function word(said: Said): string {
  return said === '-' ? '' : said === 'exit 0' ? '**exit 0**' : said;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
