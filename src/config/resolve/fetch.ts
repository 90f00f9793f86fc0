import type { RunChoice } from '../../platform/platform.ts';
import type { FetchStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import { dumpFolders } from './dump.ts';
import type { References } from './references.ts';
import type { Steps } from './steps.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'fetch' }>;

/** `onlyFetches` is true while nothing but `fetch` steps stand before. */
export function resolveFetch(
  { value, origin }: Declared,
  all: Steps,
  onlyFetches: boolean,
  { problems }: References,
): FetchStep {
  const { folder, to } = value;
  if (!onlyFetches) {
    const what = 'a fetch stands behind a step that is no fetch';
    problems.report('PGR128', origin, 'fetch', what, 'move it up: all else is planned from what it brings');
  }
  if (all.some(step => step?.kind === 'fetch' && step.value !== value && step.value.to.value === to.value)) {
    problems.report('PGR150', to.origin, 'fetch.to', 'another fetch writes to the same folder', 'fetch to another one');
  }
  if (dumpFolders(all).includes(to.value)) {
    problems.report('PGR150', to.origin, 'fetch.to', 'a dump step writes to the same folder', 'fetch to another one');
  }
  if (folder?.value === to.value) {
    problems.report('PGR150', to.origin, 'fetch.to', 'it is the folder to fetch from', 'fetch to another one');
  }
  return {
    kind: 'fetch',
    source:
      folder === undefined
        ? { kind: 'artifact', name: value.artifact ?? '', run: chosenRun(value.from) }
        : { kind: 'folder', path: folder.value },
    to: to.value,
    maximumBytes: value['max-size'],
    'allow-foreign': value['allow-foreign'],
  };
}

function chosenRun(from: Declared['value']['from']): RunChoice {
  if (from === undefined) return { kind: 'this' };
  const { run, repository, branch, workflow } = from;
  return run === undefined ? { kind: 'latest', branch, workflow, repository } : { kind: 'one', id: run, repository };
}
