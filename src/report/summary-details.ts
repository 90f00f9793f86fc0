import { left, right } from './aligned-table.ts';
import { formatDuration, plural } from './format.ts';
import { markdownList, markdownTable } from './markdown.ts';
import { code, prose } from './markdown-text.ts';
import type { PruneResult, RunReport, StepReport } from './model.ts';
import { bar, timeLine } from './time-line.ts';

const marks: Readonly<Record<StepReport['status'], string>> = { succeeded: '✅', failed: '❌', 'not run': '➖' };

/** Steps with their times and parts, versions, snapshots and roles, folded away. */
export function detailSection(report: RunReport): readonly string[] {
  if (report.steps.length === 0) return [];
  const rows = timeLine(report).map(stretch => {
    const { name, step, seconds } = stretch;
    const [status, time] = [step?.status, [formatDuration(seconds), `\`${bar(stretch, report.seconds)}\``]];
    if (step === undefined) return [`– ${prose(name)}`, '', ...time];
    return [prose(name), `${marks[step.status]} ${status}`, ...(status === 'not run' ? ['', ''] : time)];
  });
  const facts = report.steps.flatMap(factsOf);
  return [
    '<details><summary>Steps, versions and times</summary>',
    '',
    ...markdownTable([left('step'), left('status'), right('time'), left('when')], rows),
    ...(facts.length === 0 ? [] : ['', ...markdownList(facts)]),
    '',
    '</details>',
  ];
}

function factsOf({ title, result }: StepReport): readonly string[] {
  const about = `${prose(title)}:`;
  switch (result?.kind) {
    case 'dump':
      return [
        `${about} server ${prose(result.server)}, client ${prose(result.client)}, dump set ${code(result.path)}`,
        ...result.databases.map(
          ({ name, format, snapshot }) => `dump of ${code(name)}: ${prose(format)} format, snapshot ${code(snapshot)}`,
        ),
      ];
    case 'restore': {
      const roles = result.rolesCreated.slice(0, 50).map(code).join(', ');
      return [`${about} client ${prose(result.client)}${roles === '' ? '' : `, roles created: ${roles}`}`];
    }
    case 'fetch':
      return [`${about} from ${prose(result.from)}, dumped ${prose(result.dumpedAt)}, dump set ${code(result.path)}`];
    case 'prune':
      return pruneFacts(about, result);
    case 'clone':
    case 'sql':
    case 'verify':
    case 'publish':
    case undefined:
      return [];
  }
}

function pruneFacts(about: string, { sets, unknown, dryRun }: PruneResult): readonly string[] {
  const doomed = sets.filter(({ fate }) => fate === 'delete').map(({ name }) => name);
  const fates = [
    `${plural(sets.length - doomed.length, 'dump set')} kept`,
    ...(doomed.length === 0 ? [] : [`${dryRun ? 'would be deleted' : 'deleted'}: ${doomed.map(code).join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`left alone: ${unknown.map(({ name }) => code(name)).join(', ')}`]),
  ];
  return [`${about} ${fates.join('; ')}`];
}
