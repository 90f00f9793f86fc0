import { describeChoice } from '../platform/github-runs.ts';
import type { Command } from '../postgres/process.ts';
import { formatBytes, plural } from '../report/format.ts';
import { connectionsToBeginAnew } from './begin-anew.ts';
import type {
  Plan,
  PlannedPrune,
  PlannedPublish,
  PlannedRename,
  PlannedRestore,
  PlannedRestoreDatabase,
  PlannedServer,
  PlannedStep,
  PlannedVerify,
} from './plan.ts';
import type { Foresight, PlannedDumpDatabase, SharedSnapshot } from './planned-dump.ts';

/** The plan for people: each step with its client, choices and commands, as `run` would carry them out. */
export function describePlan(plan: Plan): string {
  const servers = plan.servers.map(describeServer);
  const steps = plan.steps.map((step, index) =>
    [
      `${index + 1}. ${step.title}`,
      ...[...details(step), ...describeRetries(step, plan)].map(line => `   ${line}`),
    ].join('\n'),
  );
  return [...servers, ...steps].join('\n\n');
}

function describeRetries(step: PlannedStep, { retries }: Plan): readonly string[] {
  if (retries === 0 || connectionsToBeginAnew(step).length === 0) return [];
  return [`if the connection is lost, begin anew from scratch, at most ${plural(retries, 'time')}`];
}

function describeServer(server: PlannedServer): string {
  return [
    `before: start ${serverText(server)}`,
    '   on 127.0.0.1, at a port that is chosen then (shown as 0); stopped and removed with all its data at the end',
  ].join('\n');
}

/** A throwaway server in a few words, for the log and the plan. */
export function serverText({ connection, version, place, reason }: PlannedServer): string {
  return `throwaway server ${version.text} for ${connection} ${place}: ${reason}`;
}

function details(step: PlannedStep): readonly string[] {
  switch (step.kind) {
    case 'fetch':
      return [
        ...(step.source.kind === 'artifact' ? [`from ${describeChoice(step.source.run)}`] : []),
        'check every hash before it gets its name',
        ...(step.decryption === undefined ? [] : [`decrypt it with ${keyWords[step.decryption.kind]}`]),
        `into ${step.folder}, at most ${formatBytes(step.maximumBytes)}`,
      ];
    case 'prune':
      return [describePolicy(step.policy), step.dryRun ? 'only say what would be deleted' : 'delete the others'];
    case 'dump':
      return [
        step.client.reason,
        ...step.notes,
        `into ${step.folder} (built as ${step.partial}, renamed when complete)`,
        ...describeForesight(step.foresight),
        ...(step.globals === undefined ? [] : [describeCommand(step.globals.command)]),
        ...step.databases.flatMap(({ name, command, contents, whole }) => [
          `${describeSnapshot(step.snapshot, name)}; count the rows of every table in it, beside:`,
          describeCommand(command),
          ...(contents === undefined ? [] : [describeContents(contents)]),
          ...(whole === undefined ? [] : [`list what is left out, by the beginning of: ${describeCommand(whole)}`]),
        ]),
        ...(step.singleFile === undefined ? [] : [`put the globals and all texts into ${step.singleFile}`]),
        'write manifest.json, then SHA256SUMS',
      ];
    case 'restore':
      return [
        step.client.reason,
        ...step.notes,
        `${step.elsewhere ? 'decode all' : 'check every hash'} of ${step.folder} first`,
        ...step.databases.flatMap(({ source, target, mode, phases, rename }) => [
          `${beginnings[mode]} "${target}" from "${source}"`,
          ...phases.map(phase => describeCommand(phase.command)),
          ...(rename === undefined ? [] : describeRename(rename)),
          ...describeEnd(step),
        ]),
        ...(step.temporary ? ['drop what this step created at the end of the job'] : []),
      ];
    case 'verify':
      return [
        step.client.reason,
        ...step.databases.flatMap(({ source, target, command, scratch }) => [
          `compare "${target}" with the dump of "${source}", level ${step.level}${describeSample(step)}`,
          describeCommand(command),
          ...describeScratch(step.mayMakeScratch, scratch),
        ]),
        ...describeChecks(step),
      ];
    case 'compare':
      return [
        step.client.reason,
        `compare "${step.target}" with "${step.source}" of ${step.sourceConnection}, level ${step.level}`,
        describeCommand(step.commands.source),
        describeCommand(step.commands.target),
        ...describeScratch(step.mayMakeScratch, step.scratch),
      ];
    case 'clone':
      return [
        ...step.notes,
        `create ${step.copies.map(name => `"${name}"`).join(', ')} from the template "${step.database}"`,
        ...(step.temporary ? ['drop them at the end of the job'] : []),
      ];
    case 'sql':
      return [
        step.statements.kind === 'file' ? `run ${step.statements.path}` : `run ${JSON.stringify(step.statements.text)}`,
      ];
    case 'publish':
      return [`check every hash of ${step.folder} first`, ...describePacking(step)];
  }
}

const keyWords = {
  identities: 'the identity that is given',
  'identity-file': 'the identity file',
  passphrase: 'the passphrase',
} as const;

function describePacking({ to, encryption, partBytes }: PlannedPublish): readonly string[] {
  if (to.kind === 'folder' && encryption === undefined) return [];
  const parts = `pack it, in files of at most ${formatBytes(partBytes)}`;
  if (encryption === undefined) return [parts];
  const { to: whom, checkWith } = encryption;
  const recipients = whom.kind === 'recipients' ? whom.recipients.map(({ text }) => text) : [];
  const forWhom = {
    recipients: `for ${recipients.join(', ')}`,
    'recipients-file': `for those in ${whom.kind === 'recipients-file' ? whom.path : ''}`,
    passphrase: 'with the passphrase',
  }[whom.kind];
  const check = checkWith === undefined ? [] : [`decrypt it again with ${keyWords[checkWith.kind]} meanwhile`];
  return [parts, `encrypt it ${forWhom}`, ...check];
}

function describeSample({ sample }: PlannedVerify): string {
  if (sample === undefined) return '';
  return `; of tables from ${formatBytes(sample.above)} on a sample of ${Number((sample.share * 100).toFixed(3))} %`;
}

function describeChecks({ checks, pgtap, foreignKeys, source }: PlannedVerify): readonly string[] {
  return [
    ...(foreignKeys === true ? ['look for rows that violate foreign keys'] : []),
    ...checks.map(({ name, on, sql }) => {
      const whom = on === 'target' ? 'the copy' : on === 'source' ? `${source}` : `the copy and ${source}`;
      return `check "${name}": ask ${whom}, read only: ${JSON.stringify(sql)}`;
    }),
    ...pgtap.map(path => `run the tests of ${path} in the copy, and roll back`),
  ];
}

function describeScratch(
  allowed: boolean,
  { restore, dump }: { readonly restore: Command; readonly dump: Command },
): readonly string[] {
  if (!allowed) return ['without a scratch database, as the connection is protected'];
  return [
    'only if definitions differ, in a scratch database that is dropped again:',
    describeCommand(restore),
    describeCommand(dump),
  ];
}

/** What is done when everything is restored. */
function describeEnd({ refresh, analyze }: PlannedRestore): readonly string[] {
  const gathering =
    analyze === 'vacuum'
      ? ['VACUUM (ANALYZE)']
      : analyze === 'stages'
        ? ['ANALYZE, in three stages']
        : analyze
          ? ['ANALYZE']
          : [];
  return [...(refresh ? ['REFRESH MATERIALIZED VIEW, for each that is empty'] : []), ...gathering];
}

function describeSnapshot(snapshot: SharedSnapshot | undefined, database: string): string {
  return snapshot === undefined
    ? `hold a snapshot of "${database}"`
    : `hold the snapshot "${snapshot.name}" of "${database}" that is shared`;
}

function describePolicy({ minimum, ...rules }: PlannedPrune['policy']): string {
  const given = Object.entries(rules).filter(([, count]) => count > 0);
  return `keep ${given.map(([name, count]) => `${name} ${count}`).join(', ')}, and at least ${plural(minimum, 'verified dump set')}`;
}

function describeRename({ schemas, definitions, carry }: PlannedRename): readonly string[] {
  return [
    ...Object.entries(schemas).map(([from, to]) => `rename schema "${from}" to "${to}", also in the text of functions`),
    'look for old names in the definitions:',
    describeCommand(definitions),
    ...(carry === undefined
      ? []
      : [
          'all of this in a scratch database, from which it is carried over:',
          describeCommand(carry.dump),
          describeCommand(carry.restore),
        ]),
  ];
}

const beginnings: Readonly<Record<PlannedRestoreDatabase['mode'], string>> = {
  new: 'create if missing, refuse if not empty:',
  overwrite: 'drop and create',
  clean: 'create if missing, else drop in it what the dump holds:',
  'into-existing': 'create if missing, else add to what it holds:',
};

function describeForesight(foresight: Foresight | undefined): readonly string[] {
  if (foresight === undefined || foresight.definitions.length === 0) return [];
  const servers = [
    ...new Set(foresight.restores.filter(({ taken }) => taken !== undefined).map(({ connection }) => connection)),
  ].join(', ');
  return [
    `look first for what ${servers} cannot hold, being of another major:`,
    ...foresight.definitions.map(({ command }) => describeCommand(command)),
  ];
}

function describeContents({ path, command }: NonNullable<PlannedDumpDatabase['contents']>): string {
  return `${describeCommand(command)}, ended behind the table of contents, which becomes ${path}`;
}

/** A command as a POSIX shell would take it. It never goes through one. */
export function describeCommand(command: Command): string {
  const environment = Object.entries(command.environment).map(([name, value]) => `${name}=${shellWord(value)}`);
  return [...environment, shellWord(command.path), ...command.arguments.map(shellWord)].join(' ');
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
