import { throwProblems } from '../errors.ts';
import type { Config } from './config.ts';
import { type ConfigSurroundings, parseConfig } from './parse.ts';
import { collectProblems, type Spelling } from './problems.ts';
import { readConfig } from './read.ts';
import { expandShortForm, givenInputs, type InputValues, shortInputs } from './short-form.ts';

/** An input of a front door that is not part of the declaration. */
export interface DoorInput {
  readonly name: string;
  readonly help: string;
  readonly default: string | undefined;
}

/** The inputs that stand beside the short form. */
export const doorInputs: readonly DoorInput[] = [
  {
    name: 'config',
    help: 'Path of the declared file, or the declaration itself as YAML. Not together with the short inputs.',
    default: undefined,
  },
  { name: 'working-directory', help: 'Folder where relative paths start, within the workspace.', default: '.' },
  {
    name: 'report-path',
    help: 'Folder for report.json, junit.xml and summary.md. Without it, the action takes one in the temporary folder of the job, and the command line writes none.',
    default: undefined,
  },
];

/** The token of the job: a `run:` step and the command line read GITHUB_TOKEN instead. */
export const tokenInput: DoorInput = {
  name: 'github-token',
  help: 'Token for artifacts of other runs and for deleting old ones: `permissions: { actions: read }`, or `write`.',
  default: '${{ github.token }}',
};

/** All inputs of the action, in the order in which they are shown. */
export const actionInputs: readonly DoorInput[] = [
  ...doorInputs.slice(0, 1),
  ...shortInputs,
  ...doorInputs.slice(1),
  tokenInput,
];

/** How messages call a declaration that was given inline. */
export const inlineFile = '(inline config)';

/** True for YAML text, false for the path of a file. */
export function isInline(config: string): boolean {
  return /\n|^\s*(?:[A-Za-z"']+:(?:\s|$)|\{)/.test(config);
}

/**
 * The config that a front door's inputs ask for: from a file, inline, or of the short form.
 * @throws RoundtripError PGR129 when they ask for two of them, else what the three ways throw.
 */
export async function loadConfig(
  values: InputValues,
  surroundings: ConfigSurroundings,
  spell: Spelling = name => `input ${name}`,
): Promise<Config> {
  const { config = '', ...others } = values;
  const beside = [...doorInputs, tokenInput].map(({ name }) => name);
  const short = Object.fromEntries(Object.entries(others).filter(([name]) => !beside.includes(name)));
  if (config === '') return expandShortForm(short, surroundings, spell);

  const problems = collectProblems('', spell);
  for (const name of Object.keys(givenInputs(short))) {
    const remedy = `keep one of the two: ${spell(name)} belongs to the short form, without a file`;
    problems.report('PGR129', { kind: 'input', name }, '', `it is given together with ${spell('config')}`, remedy);
  }
  throwProblems(problems.found);
  if (isInline(config)) return parseConfig(config, { ...surroundings, file: inlineFile });
  return readConfig(config, surroundings);
}
