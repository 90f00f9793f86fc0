import type { RunChoice } from '../../platform/platform.ts';
import type { Located } from '../schema/kind.ts';
import type { FetchStep } from '../storage-steps.ts';
import { checkStorage, type References } from './references.ts';
import type { Steps } from './steps.ts';

/** As much as `fetch` takes unless told otherwise. */
const maximumBytes = 100e9;

/** `artifact:NAME` of this run, `artifact:NAME@BRANCH` of the latest successful run on a branch. */
const artifactForm = /^artifact:(?<name>[^@/\\]+)(?:@(?<branch>.+))?$/;

/** `storage:STORAGE/NAME`, or `storage:STORAGE` for its newest dump set. */
const storageForm = /^storage:(?<storage>[A-Za-z_][A-Za-z0-9_-]*)(?:\/(?<name>[^/\\]+))?$/;

/**
 * The short way to restore what is elsewhere: `restore: { from: artifact:nightly@main }` means a fetch before all other steps.
 * Gives these fetches, and the steps as they would be written without the short way.
 */
export function expandReferences(
  steps: Steps,
  references: References,
): { readonly fetches: readonly FetchStep[]; readonly steps: Steps } {
  const fetches = new Map<string, FetchStep>();
  const expanded = steps.map(step => {
    if (step?.kind !== 'restore' || step.value.from === undefined) return step;
    const { from } = step.value;
    const fetch = artifactFetch(from.value) ?? storageFetch(from, references);
    if (fetch === undefined) return step;
    fetches.set(fetch.to, fetch);
    return { ...step, value: { ...step.value, from: { ...from, value: fetch.to } } };
  });
  return { fetches: [...fetches.values()], steps: expanded };
}

const common = { kind: 'fetch', decrypt: undefined, cache: false, maximumBytes, 'allow-foreign': undefined } as const;

function artifactFetch(from: string): FetchStep | undefined {
  const { name, branch } = artifactForm.exec(from)?.groups ?? {};
  if (name === undefined) return undefined;
  const run: RunChoice =
    branch === undefined ? { kind: 'this' } : { kind: 'latest', branch, workflow: undefined, repository: undefined };
  const to = `dumps/${branch === undefined ? name : `${name}@${branch.replaceAll('/', '%2F')}`}`;
  return { ...common, source: { kind: 'artifact', name, run }, to };
}

function storageFetch(from: Located<string>, references: References): FetchStep | undefined {
  const { storage, name } = storageForm.exec(from.value)?.groups ?? {};
  if (storage === undefined) return undefined;
  checkStorage({ ...from, value: storage }, 'restore.from', references);
  const set = name === undefined ? ({ newest: 'any' } as const) : { name };
  return { ...common, source: { kind: 'storage', storage, set }, to: `dumps/${name ?? storage}` };
}
