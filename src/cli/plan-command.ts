import { existsSync } from 'node:fs';
import { describePlan } from '../plan/describe.ts';
import { planFetches } from '../plan/make-plan.ts';
import { printable } from '../report/json-text.ts';
import { maskSecrets } from '../run/mask-secrets.ts';
import { prepare } from '../run/prepare.ts';
import { type LookCommand, preparationOf } from './look-command.ts';

/** The text of a plan, for people or as JSON. */
export async function planCommand(command: LookCommand): Promise<string> {
  const { config, platform, json } = command;
  const fetches = planFetches(config, platform.workspace);
  if (fetches.some(({ folder }) => !existsSync(folder))) {
    // What it brings decides the rest, and a plan changes nothing.
    const plan = { servers: [], steps: fetches, retries: 0 };
    const later = config.steps.slice(fetches.length).map(({ kind }) => kind);
    const rest = `then, planned from what was fetched: ${later.join(', ') || 'nothing'}`;
    return json ? printable(JSON.stringify(plan, undefined, 2)) : `${describePlan(plan)}\n\n${rest}`;
  }
  const { plan, connections } = await prepare(preparationOf(command, 'pg-roundtrip plan'));
  maskSecrets(platform, config, connections);
  return json ? printable(JSON.stringify(plan, undefined, 2)) : describePlan(plan);
}
