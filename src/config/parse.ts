import { type Problem, throwProblems } from '../errors.ts';
import type { Config } from './config.ts';
import { declaredFile, placesOf } from './declaration/file.ts';
import { nameParts } from './declaration/templates.ts';
import { collectProblems, type Problems } from './problems.ts';
import { resolveFile } from './resolve/file.ts';
import type { SourceNode } from './source/tree.ts';
import type { Environment } from './source/variables.ts';
import { readYaml } from './source/yaml.ts';

/** What a declaration is read against; all of it plain data. */
export interface ConfigSurroundings {
  /** Where variables come from. */
  readonly environment: Environment;
  /** Absolute folder where paths of the file start and which they may not leave. */
  readonly workspace: string;
  /** Absolute folder that absolute paths of the file may lie in as well. */
  readonly temporary: string | undefined;
  /** The time in names with `{date}`; by default that of reading. */
  readonly now?: Date;
}

export interface ConfigText extends ConfigSurroundings {
  /** How the text is called in messages: the path of its file. */
  readonly file: string;
}

/**
 * Reads a declared file.
 * @throws RoundtripError with every problem of the text, in the order of their places.
 */
export function parseConfig(text: string, options: ConfigText): Config {
  const problems = collectProblems(options.file, input => input);
  const root = readYaml(text, options.environment, problems);
  if (root?.kind === 'scalar' && root.value === null) {
    const remedy = 'begin with version: 1, connections and steps';
    problems.report('PGR127', root.origin, '', 'the file is empty', remedy);
    throwProblems(problems.found);
  }
  return decodeConfig(root, problems, options);
}

/** Turns a declaration, however it was written, into a config; throws all problems. */
export function decodeConfig(
  root: SourceNode | undefined,
  problems: Problems,
  surroundings: ConfigSurroundings,
): Config {
  const { workspace, temporary } = surroundings;
  const declared =
    root &&
    declaredFile.decode(root, '', {
      problems,
      workspace,
      temporary,
      placesOf,
      nameParts: nameParts(surroundings.now ?? new Date(), surroundings.environment),
    });
  const config = declared && resolveFile(declared.value, surroundings.environment, problems);
  throwProblems([...problems.found].sort(byPlace));
  if (config === undefined) throw new Error('a declaration without problems gave no config');
  return config;
}

function byPlace({ at: left }: Problem, { at: right }: Problem): number {
  return (left?.line ?? 0) - (right?.line ?? 0) || (left?.column ?? 0) - (right?.column ?? 0);
}
