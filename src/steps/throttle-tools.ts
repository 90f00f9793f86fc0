import type { PlannedStep } from '../plan/plan.ts';
import { withHosts } from '../postgres/connection/conninfo.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import type { Command } from '../postgres/process.ts';
import { createPace, type Pace } from '../postgres/throttle/pace.ts';
import { giveWay } from '../postgres/throttle/priority.ts';
import { openProxy } from '../postgres/throttle/proxy.ts';
import type { Clock, Runtime } from './runtime.ts';

/** What holds the tools of one step back. */
export interface ToolThrottle {
  /** Shared by all of them; undefined without a rate. */
  readonly pace: Pace | undefined;
  /** Has a tool that was just started give way to other processes. */
  readonly started: (pid: number) => void;
  /** What could not be done, once each. */
  readonly notes: () => Promise<readonly string[]>;
}

export function throttleOf(step: PlannedStep, clock: Clock): ToolThrottle | undefined {
  const throttle = step.kind === 'dump' || step.kind === 'restore' ? step.throttle : undefined;
  if (throttle === undefined) return undefined;
  const said: Promise<readonly string[]>[] = [];
  return {
    pace: throttle.rate === undefined ? undefined : createPace(throttle.rate, () => clock.seconds()),
    started: pid => {
      said.push(giveWay(pid, throttle));
    },
    notes: async () => [...new Set((await Promise.all(said)).flat())],
  };
}

/** Runs a command so that its connections keep the rate of the step, if it has one. */
export async function atRate<Result>(
  runtime: Pick<Runtime, 'throttle' | 'privateFolder' | 'touch'>,
  { hosts, connectTimeout }: ConnectionParameters,
  command: Command,
  run: (command: Command) => Promise<Result>,
): Promise<Result> {
  const pace = runtime.throttle?.pace;
  if (pace === undefined) return await run(command);
  const { privateFolder, touch } = runtime;
  await using proxy = await openProxy({ hosts, pace, connectTimeout, privateFolder, onMoved: touch });
  const prefix = '--dbname=';
  return await run({
    ...command,
    arguments: command.arguments.map(argument =>
      argument.startsWith(prefix) ? `${prefix}${withHosts(argument.slice(prefix.length), proxy.hosts)}` : argument,
    ),
  });
}
