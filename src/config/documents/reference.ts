import { declaredFile, step } from '../declaration/file.ts';
import { storage } from '../declaration/storages.ts';
import { doorInputs, tokenInput } from '../inputs.ts';
import { outputs } from '../outputs.ts';
import type { Fields, Kind } from '../schema/kind.ts';
import { environmentName, shortInputs } from '../short-form.ts';
import { code, keyTable, table } from './tables.ts';

/** The text of `docs/reference.md`: every key, input and output. */
export function renderReference(): string {
  const sections = [
    introduction,
    section('## The file', fieldsOf(declaredFile)),
    topic('connections'),
    '## `storages.NAME`',
    'Each storage is a map with exactly one key, which says what it is. It holds dump sets by their names, each packed into one file or several.',
    ...casesOf(storage),
    ...['client', 'timeouts'].map(key => topic(key)),
    '## `steps`',
    'Each item of the list is one step: a map with exactly one key, which says what the step does.',
    ...casesOf(step),
    inputs(),
    '## Outputs of the action',
    table(
      ['Output', 'Meaning'],
      outputs.map(({ name, help }) => [code(name), help]),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

const introduction = `<!-- Generated from src/config by \`npm run generate\`. -->

# Reference

The declared file is one YAML document of at most 1 MiB. Unknown keys, duplicate keys, unknown tags and merge keys are
errors. [pg-roundtrip.schema.json](pg-roundtrip.schema.json) lets editors complete and check it.

Values may hold variables of the environment, in block style or in quotes. They are replaced once, after the file has
been parsed, so what a variable holds never becomes a key, a list or another variable.

| Form | Gives |
|---|---|
| \`\${NAME}\` | the variable; an error when it is not set |
| \`\${NAME:-default}\` | the default when the variable is not set or empty |
| \`\${NAME:?message}\` | an error with the message when the variable is not set or empty |
| \`$\${\` | a literal \`\${\` |

A list with one item may be written as the item alone. A *name* is text in one
line, taken literally; a *pattern* is a name with \`*\` and \`?\` as psql takes them. Durations are written \`30s\`, \`2m\`, \`1h\`, or as a number of
seconds. Paths start at the workspace and may not leave it, except into the temporary folder of the job.
Names of artifacts and paths may differ from run to run: \`{date}\` (\`2026-11-22\`) and \`{time}\` (\`235959\`, both in UTC), \`{run}\` (the CI's id of the
run) and \`{sha}\` (twelve characters of the commit). What is dumped to and published may also be named after the \`{database}\`, if it is one.
A password may only be written in the file for a server on this machine or a service container (a host name without a dot).`;

function fieldsOf({ shape }: Kind<unknown>): Fields {
  if (shape.form === 'object') return shape.fields;
  if (shape.form === 'record') return fieldsOf(shape.value);
  if (shape.form === 'list') return fieldsOf(shape.item);
  return {};
}

function topic(key: string): string {
  const field = fieldsOf(declaredFile)[key];
  if (field === undefined) return '';
  const keyed = field.kind.shape.form === 'record' ? `\`${key}.NAME\`` : `\`${key}\``;
  return section(`## ${keyed}`, fieldsOf(field.kind), field.help);
}

function casesOf({ shape }: Kind<unknown>): readonly string[] {
  if (shape.form !== 'one-key') return [];
  return Object.entries(shape.cases).map(([name, { kind, help, example }]) => {
    const intro = `${help}\n\n\`\`\`yaml\n${example}\n\`\`\``;
    return section(`### \`${name}\``, fieldsOf(kind), intro);
  });
}

/** A heading, a table of keys, and a table for each key that is itself a map of keys, or a list of such. */
function section(heading: string, fields: Fields, intro = ''): string {
  const tables = heading === '## The file' ? [] : innerTables(fields);
  return [heading, intro, keyTable(fields), ...tables].filter(text => text !== '').join('\n\n');
}

function innerTables(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([key, { kind }]) => {
    const inner = kind.shape.form === 'object' || kind.shape.form === 'list' ? fieldsOf(kind) : {};
    if (Object.keys(inner).length === 0) return [];
    const what = kind.shape.form === 'list' ? `each item of \`${key}\`` : `\`${key}\``;
    return [`Keys of ${what}:\n\n${keyTable(inner)}`, ...innerTables(inner)];
  });
}

function inputs(): string {
  const rows = shortInputs.map(({ name, default: value, help, needs }) => [
    code(name),
    value === undefined ? '' : code(value),
    needs === undefined ? help : `${help} Needs ${code(needs)}.`,
  ]);
  const door = [...doorInputs, tokenInput].map(({ name, default: value, help }) => [
    code(name),
    value === undefined ? '' : code(value),
    help,
  ]);
  return `## Inputs of the action

The action takes \`config\`, or the short form for the common round trip: it dumps \`source-url\`, restores to \`target-url\`
and verifies the copy when that is given, and publishes when \`artifact\` is given. The command line has the same inputs as
options (\`--source-url\`), and as variables (\`${environmentName('source-url')}\`). An empty value counts as not given.

${table(['Input', 'Default', 'Meaning'], [...door, ...rows])}`;
}
