import { levels } from '../verify/finding.ts';
import type { Config } from './config.ts';
import { type ConfigSurroundings, decodeConfig } from './parse.ts';
import { collectProblems, type Spelling } from './problems.ts';
import { buildDeclaration } from './short-form-build.ts';
import { checkShortForm } from './short-form-checks.ts';

/** One input of the short form: of the action, and as `--name` of the command line. */
export interface ShortInput {
  readonly name: string;
  readonly help: string;
  /** What holds when it is not given; undefined where that is nothing. */
  readonly default: string | undefined;
  /** True where the value must be masked before anything is printed. */
  readonly secret: boolean;
  /** The input without which this one means nothing. */
  readonly needs: 'target-url' | 'artifact' | undefined;
}

type Notes = Partial<Omit<ShortInput, 'name' | 'help'>>;

function input(name: string, help: string, notes: Notes = {}): ShortInput {
  return { default: undefined, secret: false, needs: undefined, ...notes, name, help };
}

/** The common round trip, without a file: dump, restore and verify when there is a target, publish when it has a name. */
export const shortInputs: readonly ShortInput[] = [
  input('source-url', 'URL of the database to dump, `postgresql://user:password@host:port/database`.', {
    secret: true,
  }),
  input(
    'target-url',
    'URL of the server to restore to and verify on, or `throwaway` for one that is started for this job alone. Without it, the dump stays unproven.',
    { secret: true },
  ),
  input(
    'databases',
    "Databases to dump, names or patterns, one per line or separated by commas. Without it, the URL's own.",
  ),
  input('target-database', 'New name of the restored database, when there is one.', { needs: 'target-url' }),
  input('globals', 'Whether roles, their settings and tablespaces are dumped too.', { default: 'false' }),
  input('format', 'Form of the dumps: `auto`, `directory`, `custom`, `tar` or `plain`.', { default: 'auto' }),
  input(
    'jobs',
    'How many tables are dumped and restored at once; `auto` looks at the machine and the sizes of tables.',
    { default: 'auto' },
  ),
  input('exclude-table-data', 'Tables that are dumped without their rows, one per line or separated by commas.'),
  input('dump-path', 'Folder of the dump set, within the workspace.', { default: 'dumps/pg-roundtrip' }),
  input('level', `How deep the copy is compared: ${levels.map(level => `\`${level}\``).join(' or ')}.`, {
    default: 'counts',
    needs: 'target-url',
  }),
  input(
    'sample',
    'How much of each table of 1 GB or more is compared at level `content`, such as `10%`; without it, every row.',
    { needs: 'target-url' },
  ),
  input('artifact', 'Name of a workflow artifact to make of the dump set.'),
  input('retention-days', 'Days until the artifact is deleted.', { needs: 'artifact' }),
  input(
    'recipients',
    'Public keys of age, `age1…`, that the artifact is encrypted for, one per line or separated by commas.',
    { needs: 'artifact' },
  ),
  input('allow-public', 'Why anyone may download the unencrypted dump; needed in a public repository.', {
    needs: 'artifact',
  }),
  input('owners', '`keep`, or the role that is to own everything restored.', { needs: 'target-url' }),
  input('client-version', 'Major version of the client tools, or `auto`.', { default: 'auto' }),
  input('client-path', 'Folder with the client tools to use.'),
  input('temporary', 'Whether the restored databases are dropped at the end of the job.', {
    default: 'false',
    needs: 'target-url',
  }),
];

/** Values by the names of the inputs; an empty one counts as not given, as CI systems cannot tell the two apart. */
export type InputValues = Readonly<Record<string, string>>;

/** The values that say more than the defaults do. */
export function givenInputs(values: InputValues, inputs: readonly ShortInput[] = shortInputs): InputValues {
  const entries = Object.entries(values).filter(([name, value]) => {
    const known = inputs.find(each => each.name === name);
    return value !== '' && value !== known?.default;
  });
  return Object.fromEntries(entries);
}

/** The environment variable that stands for an input on the command line. */
export function environmentName(name: string): string {
  return `PG_ROUNDTRIP_${name.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * The config of the short form: the same steps, checked in the same way, as if they stood in a file. Variables are not
 * replaced, as values come from outside already.
 * @throws RoundtripError with every problem; messages name inputs as `spell` does.
 */
export function expandShortForm(
  values: InputValues,
  surroundings: ConfigSurroundings,
  spell: Spelling = name => `input ${name}`,
): Config {
  const problems = collectProblems('', spell);
  const given = givenInputs(values);
  checkShortForm(given, shortInputs, problems, spell);
  const root = given['source-url'] === undefined ? undefined : buildDeclaration(given);
  return decodeConfig(root, problems, surroundings);
}
