import { themes } from '../../errors/catalogue.ts';
import { type Entry, exitCodeMeanings } from '../../errors/entry.ts';
import { table } from './tables.ts';

/** The text of `docs/errors.md`: every code with its usual causes and what to do. */
export function renderErrors(): string {
  const sections = themes.flatMap(({ title, entries }) => [
    `## ${title}`,
    ...Object.entries(entries).map(([code, entry]) => section(code, entry)),
  ]);
  return `${[introduction, exitCodes(), index(), ...sections].join('\n\n')}\n`;
}

const introduction = `<!-- Generated from src/errors by \`npm run generate\`. -->

# Errors

Every error has a code that stays the same, a sentence that says what is wrong, and one that says what to do. A code is never used for something
else. The exit code of a run is that of its first error. No message holds a secret, nor a part of one.`;

function exitCodes(): string {
  return table(['Exit code', 'Meaning'], Object.entries(exitCodeMeanings));
}

function index(): string {
  const rows = themes.map(({ title, entries }) => {
    const codes = Object.keys(entries).map(code => `[${code.slice(3)}](#${code.toLowerCase()})`);
    return [title, codes.join(' ')];
  });
  return table(['About', 'PGR…'], rows);
}

function section(code: string, { exit, meaning, causes, remedy }: Entry): string {
  return `### ${code}\n\n**${capital(meaning)}.** Exit code ${exit}.\n\n${causes}\n\n→ ${remedy}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
