import type { FetchStep } from '../config.ts';
import type { Located } from '../schema/kind.ts';
import type { Steps } from './steps.ts';

/** As much as `fetch` takes unless told otherwise. */
const maximumBytes = 100e9;

/** `artifact:NAME` of this run, `artifact:NAME@BRANCH` of the latest successful run on a branch. */
const form = /^artifact:(?<name>[^@/\\]+)(?:@(?<branch>.+))?$/;

/**
 * The short way to restore an artifact: `restore: { from: artifact:nightly@main }` means a fetch before all other steps.
 * Gives these fetches, and the steps as they would be written without the short way.
 */
export function expandReferences(steps: Steps): { readonly fetches: readonly FetchStep[]; readonly steps: Steps } {
  const fetches = new Map<string, FetchStep>();
  const expanded = steps.map(step => {
    if (step?.kind !== 'restore' || step.value.from === undefined) return step;
    const from = expand(step.value.from, fetches);
    return { ...step, value: { ...step.value, from } };
  });
  return { fetches: [...fetches.values()], steps: expanded };
}

function expand(from: Located<string>, fetches: Map<string, FetchStep>): Located<string> {
  const { name, branch } = form.exec(from.value)?.groups ?? {};
  if (name === undefined) return from;
  const to = `dumps/${branch === undefined ? name : `${name}@${branch.replaceAll('/', '%2F')}`}`;
  fetches.set(to, {
    kind: 'fetch',
    source: {
      kind: 'artifact',
      name,
      run:
        branch === undefined
          ? { kind: 'this' }
          : { kind: 'latest', branch, workflow: undefined, repository: undefined },
    },
    to,
    maximumBytes,
    'allow-foreign': undefined,
  });
  return { ...from, value: to };
}
