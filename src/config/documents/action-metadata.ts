import { actionInputs } from '../inputs.ts';
import { outputs } from '../outputs.ts';

/** The text of `action.yml`. No input is marked as required, as runners do not enforce that. */
export function renderActionMetadata(): string {
  const lines = [
    '# Generated from src/config by `npm run generate`.',
    'name: pg-roundtrip',
    `description: ${quoted('Dump, restore and prove Postgres databases: green means proven.')}`,
    'branding:',
    '  icon: database',
    '  color: green',
    'inputs:',
    ...actionInputs.flatMap(({ name, help, default: value }) => [
      `  ${name}:`,
      `    description: ${quoted(help)}`,
      ...(value === undefined ? [] : [`    default: ${quoted(value)}`]),
    ]),
    'outputs:',
    ...outputs.flatMap(({ name, help }) => [`  ${name}:`, `    description: ${quoted(help)}`]),
    'runs:',
    '  using: node24',
    '  main: dist/action/index.js',
    '  post: dist/action/index.js',
  ];
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
