import type { RunChoice } from '../../platform/platform.ts';
import { isPublic } from '../../postgres/connection/exposure.ts';
import type { Secret } from '../../secret.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import type { FetchStep } from '../storage-steps.ts';
import { dumpFolders } from './dump.ts';
import { checkStorage, type References } from './references.ts';
import type { Steps } from './steps.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'fetch' }>;

/** `onlyFetches` is true while nothing but `fetch` steps stand before. */
export function resolveFetch(
  { value, origin }: Declared,
  all: Steps,
  onlyFetches: boolean,
  references: References,
): FetchStep {
  const { problems } = references;
  const { folder, storage, to } = value;
  if (storage !== undefined) checkStorage(storage, 'fetch.storage', references);
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
    source: sourceOf(value, problems),
    decrypt: value.decrypt,
    cache: value.cache ?? false,
    to: to.value,
    maximumBytes: value['max-size'],
    'allow-foreign': value['allow-foreign'],
  };
}

function sourceOf(value: Declared['value'], problems: References['problems']): FetchStep['source'] {
  const { folder, storage, url, newest } = value;
  if (folder !== undefined) return { kind: 'folder', path: folder.value, newest };
  if (storage !== undefined) {
    const set = newest === undefined ? { name: value.name ?? '' } : { newest };
    return { kind: 'storage', storage: storage.value, set };
  }
  if (url === undefined) return { kind: 'artifact', name: value.artifact ?? '', run: chosenRun(value.from) };
  const objection = objectionTo(url.value.secret);
  if (objection !== undefined) problems.report('PGR123', url.origin, 'fetch.url', objection, 'write https://HOST/PATH');
  return { kind: 'url', url: url.value.secret, sha256: value.sha256 };
}

/** Plain http is for this machine and its network; who listens elsewhere could send another dump. */
function objectionTo(secret: Secret): string | undefined {
  const url = URL.canParse(secret.reveal()) ? new URL(secret.reveal()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return 'the address is none of http or https';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:' && isPublic({ host, address: undefined, port: 0 }))
    return 'the address is a public one without encryption';
  return undefined;
}

function chosenRun(from: Declared['value']['from']): RunChoice {
  if (from === undefined) return { kind: 'this' };
  const { run, repository, branch, workflow } = from;
  return run === undefined ? { kind: 'latest', branch, workflow, repository } : { kind: 'one', id: run, repository };
}
