import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientStore } from '../client/client-store.ts';
import { readProxySettings } from '../client/sealed/proxy.ts';
import type { Config } from '../config/config.ts';
import { knownHashes } from '../dumpset/known-hashes.ts';
import { asRoundtripError, fault } from '../errors.ts';
import { planFetches } from '../plan/make-plan.ts';
import type { PlannedFetch } from '../plan/plan.ts';
import type { Platform } from '../platform/platform.ts';
import { createRedactor } from '../platform/redaction.ts';
import { createProcessRunner } from '../postgres/process.ts';
import type { RunReport, StepReport } from '../report/model.ts';
import { redactReport } from '../report/redact.ts';
import type { Secret } from '../secret.ts';
import { createProfile } from '../steps/profile.ts';
import type { Runtime } from '../steps/runtime.ts';
import { createUndo } from '../steps/undo.ts';
import { readUrl } from '../storage/read-url.ts';
import { version } from '../version.ts';
import { checkPublishing } from './check-publishing.ts';
import { refuseBefore } from './look-before.ts';
import { makeReport } from './make-report.ts';
import { maskSecrets } from './mask-secrets.ts';
import { storageOpener } from './open-storage.ts';
import { passwordSource } from './passwords.ts';
import { performPlan } from './perform-plan.ts';
import { prepare, resolveConnections, sessionOpener } from './prepare.ts';
import { provideClients } from './provide-clients.ts';
import type { ServerProvider } from './server-provider.ts';
import { startServers } from './throwaway-connections.ts';
import type { RunRuntime } from './watch-step.ts';

/** What a front door gives to a run. */
export interface Door {
  readonly platform: Platform;
  /** Where fetched clients are kept. */
  readonly clients: ClientStore;
  /** Where throwaway servers come from. */
  readonly servers: ServerProvider;
  /** Where the run's private files go. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the run; its reason is the error to report. */
  readonly signal: AbortSignal;
  /** Where the run records what must be taken back. */
  readonly journal: string;
  /** When what the journal names is taken back: at once, or after the later steps of the job. */
  readonly temporaryUntil: 'end of run' | 'end of job';
  /** Called with the password of each throwaway server, for a door that hands it on. */
  readonly onPassword?: (connection: string, password: Secret) => void;
}

/** Carries out a declared file and reports on it. Never throws: what stands in the way is in the report. */
export async function run(readConfig: () => Promise<Config>, door: Door): Promise<RunReport> {
  const { platform } = door;
  const redactor = createRedactor();
  const mask = (value: string): void => {
    platform.mask(value);
    redactor.mask(value);
  };
  const redact = (shown: RunReport): RunReport => redactReport(shown, text => redactor.apply(text));
  let signal = door.signal;
  const clock = systemClock();
  const started = { at: clock.now(), seconds: clock.seconds() };
  const profile = createProfile(clock);
  const applicationName = `pg-roundtrip ${randomBytes(4).toString('hex')}`;
  const report = (
    steps: Parameters<typeof makeReport>[0]['steps'],
    plan?: Parameters<typeof makeReport>[0]['plan'],
    connections = {},
  ) =>
    makeReport({
      steps,
      plan,
      connections,
      temporaryUntil: door.temporaryUntil,
      startedAt: started.at,
      seconds: clock.seconds() - started.seconds,
      profile: profile.parts(),
    });
  let fetched: readonly StepReport[] = [];
  let fetches: readonly PlannedFetch[] = [];
  try {
    const config = await readConfig();
    using limit = totalLimit(config.timeouts.total);
    signal = AbortSignal.any([door.signal, limit.signal]);
    maskSecrets({ mask }, config, resolveConnections(config, door.environment, platform.workspace));
    const withPassword = passwordSource({ environment: door.environment, workspace: platform.workspace, mask });
    const undo = createUndo(door.journal);
    const privateFolder = await mkdtemp(join(door.folder, 'pg-roundtrip-'));
    undo.record({ kind: 'path', path: privateFolder });
    const proxies = readProxySettings(door.environment);
    const openStorage = storageOpener(config.storages, {
      environment: door.environment,
      folder: platform.workspace,
      privateFolder,
      note: text => platform.info(text),
    });
    await checkPublishing(config, platform, openStorage, signal);
    const known = knownHashes();
    const runtimeWith = (connections: RunRuntime['connections']): RunRuntime => ({
      platform,
      runProcess: createProcessRunner(door.environment),
      openSession: sessionOpener(connections, applicationName, signal, config.timeouts.lock, withPassword),
      withPassword: parameters => withPassword(parameters, signal),
      openStorage,
      readUrl: (url, reading) => readUrl(url, proxies, reading),
      connections,
      timeouts: config.timeouts,
      clock,
      known,
      profile,
      signal,
      privateFolder,
      undo,
      applicationName,
      version,
    });
    fetches = planFetches(config, platform.workspace);
    fetched = await performPlan({ steps: fetches, retries: 0 }, runtimeWith({}));
    if (fetched.some(({ status }) => status === 'failed')) {
      const later = config.steps.slice(fetches.length).map(({ kind }) => notRun(kind));
      return redact(report([...fetched, ...later], { servers: [], steps: fetches, retries: 0 }));
    }
    const provision = {
      store: door.clients,
      mirrors: config.mirrors,
      platform,
      environment: door.environment,
      signal,
    };
    const { plan, connections } = await prepare({
      config,
      environment: door.environment,
      workspace: platform.workspace,
      clientFolder: door.clients.folder,
      applicationName,
      withPassword,
      signal,
      offers: () => door.servers(provision),
      profile,
      look: planned => refuseBefore(planned, config, platform),
      start: chosen =>
        startServers(chosen, config, {
          platform,
          environment: door.environment,
          undo,
          signal,
          outliveUs: door.temporaryUntil === 'end of job',
          onPassword: (connection, password) => {
            mask(password.reveal());
            door.onPassword?.(connection, password);
          },
        }),
    });
    await profile.timed({ kind: 'preparation', name: 'client install' }, () =>
      provideClients(plan, { ...provision, platform, addToPath: config.addClientToPath }),
    );
    return redact(report(await performPlan(plan, runtimeWith(connections), fetched), plan, connections));
  } catch (error) {
    const { problems } = asRoundtripError(signal.aborted ? signal.reason : error);
    const seconds = clock.seconds() - started.seconds;
    const step = {
      title: 'prepare the run',
      status: 'failed',
      seconds,
      problems,
      notes: [],
      result: undefined,
    } as const;
    return redact(report([...fetched, step], { servers: [], steps: fetches, retries: 0 }));
  }
}

/** A step that was not even planned. */
function notRun(title: string): StepReport {
  return { title, status: 'not run', seconds: 0, problems: [], notes: [], result: undefined };
}

function systemClock(): Runtime['clock'] {
  return { now: () => new Date(), seconds: () => performance.now() / 1000 };
}

/** A signal that comes when the run's own limit is over. */
function totalLimit(seconds: number | undefined): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const end = () =>
    controller.abort(
      fault(
        'PGR501',
        `the run took longer than its limit of ${seconds} s`,
        'raise `timeouts.total`, or make the work smaller',
      ),
    );
  const timer = seconds === undefined ? undefined : setTimeout(end, seconds * 1000);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
