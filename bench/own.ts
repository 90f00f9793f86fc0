import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunReport } from '../src/report/model.ts';
import { measureNode } from './measure.ts';
import { bytesIn } from './scripts.ts';
import type { OwnUse, Place, Surroundings, Timing, Way, WayName } from './ways.ts';

/** A declared run, in which $SOURCE and $COPY are the names of the databases. */
export interface Declared {
  /** Keys of the dump step besides `from`, `databases` and `to`. */
  readonly dump?: string;
  /** Steps after it. */
  readonly steps: readonly string[];
  readonly client?: string;
}

export const restoreStep = (analyze: boolean) =>
  `  - restore: { into: there, as: { $SOURCE: $COPY }, analyze: ${analyze} }`;
export const verifyStep = (level: 'counts' | 'content') => `  - verify: { level: ${level} }`;

/** Our own ways. Scripts gather no statistics, so only the defaults do. */
export function ownWays(surroundings: Surroundings): readonly Way[] {
  const way = (name: WayName, declared: Declared): Way => ({
    name,
    perform: ourOwn(surroundings, { ...declared, client: surroundings.client.folder }),
  });
  return [
    way('dump', { dump: 'content-hash: false', steps: [] }),
    way('dump with hashes', { dump: 'content-hash: true', steps: [] }),
    way('restore', { steps: [restoreStep(false)] }),
    way('counts', { steps: [restoreStep(false), verifyStep('counts')] }),
    way('content', { steps: [restoreStep(false), verifyStep('content')] }),
    way('defaults', { steps: [restoreStep(true), '  - verify: {}'] }),
  ];
}

/** A dump by our command line, and the steps that follow it. */
export function ourOwn(
  { url, password, script }: Pick<Surroundings, 'url' | 'password' | 'script'>,
  { dump, steps, client }: Declared,
) {
  return async ({ source, copy, folder }: Place): Promise<Timing & { readonly own: OwnUse }> => {
    await mkdir(folder, { recursive: true });
    const declared = [
      'version: 1',
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of the declared file
      'connections:',
      '  here: { url: "${HERE}", password: "${PASSWORD}" }',
      '  there: { url: "${THERE}", password: "${PASSWORD}" }',
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: variables of the declared file
      ...(client === undefined ? [] : [`client: { path: ${client} }`]),
      `steps:\n  - dump: { from: here, databases: [${source}], to: dumped${dump === undefined ? '' : `, ${dump}`} }`,
      ...steps,
    ];
    const text = declared.join('\n').replaceAll('$SOURCE', source).replaceAll('$COPY', copy);
    await writeFile(join(folder, 'drill.yml'), text);
    const measured = await measureNode({
      arguments: [script, 'run', 'drill.yml', '--json', `--working-directory=${folder}`],
      environment: { HERE: url(source), THERE: url('postgres'), PASSWORD: password.reveal() },
    });
    const report = JSON.parse(measured.stdout) as RunReport;
    return {
      total: measured.seconds,
      parts: {
        ...Object.fromEntries(report.steps.map(({ result, seconds }) => [result?.kind ?? '', seconds])),
        tools: toolSeconds(report),
      },
      own: { cpuSeconds: measured.cpuSeconds, peakBytes: measured.peakBytes },
      written: await bytesIn(join(folder, 'dumped')),
    };
  };
}

/** How long pg_dump and pg_restore ran. */
function toolSeconds({ profile = [] }: RunReport): number {
  const ran = profile.filter(({ kind, name }) => name === 'pg_dump' || (kind === 'phase' && name === 'all'));
  return ran.reduce((sum, { seconds }) => sum + seconds, 0);
}
