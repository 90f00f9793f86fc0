import { isPublic } from '../postgres/connection/exposure.ts';
import { readLimits } from '../postgres/connection-limits.ts';
import type { Session } from '../postgres/session.ts';
import { hostName } from '../postgres/session-errors.ts';
import { attempted, type Finding, refused, type Subject } from './finding.ts';
import { judgeConnections, type SessionNeed } from './free-connections.ts';
import { sessionNeeds } from './session-needs.ts';
import { judgeTarget, readStanding } from './standby.ts';
import { connectionsOf, isThrowaway, type World } from './world.ts';

/** Looks at the servers that the steps use, each once. */
export async function checkConnections(world: World): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const name of usedConnections(world)) findings.push(...(await checkConnection(name, world)));
  return findings;
}

function usedConnections({ plan }: World): readonly string[] {
  return [...new Set(plan.steps.flatMap(connectionsOf))];
}

async function checkConnection(name: string, world: World): Promise<readonly Finding[]> {
  const subject: Subject = { check: 'connection', about: name };
  if (isThrowaway(world, name))
    return [{ ...subject, verdict: 'note', says: 'a throwaway server, which the run starts: nobody else uses it' }];
  const steps = world.plan.steps.filter(step => connectionsOf(step).includes(name));
  const needs = steps.flatMap(step => sessionNeeds(step) ?? []);
  const writes = steps.some(({ kind }) => kind === 'restore');
  return attempted(subject, world.signal, async () => {
    await using session = await world.openSession(name);
    return [
      await describeConnection(subject, session, world),
      ...(await freeConnections(name, session, needs, world)),
      ...(writes ? await takesWrites(name, session, world) : []),
    ];
  });
}

/** How it is reached. A pooler that gives sessions to others has been refused already. */
async function describeConnection(subject: Subject, session: Session, world: World): Promise<Finding> {
  const open = session.encrypted ? 'encrypted' : 'not encrypted';
  const how = `${open}, server ${session.serverVersion.text} at ${hostName(session.host)}`;
  if (session.pooled) {
    try {
      await using _ = await world.openAsTools(subject.about);
    } catch (error) {
      world.signal.throwIfAborted();
      const [first] = refused(subject, error);
      if (first !== undefined) return first;
    }
  }
  const says = session.pooled ? `${how}, through a connection pooler in session mode` : how;
  if (!session.encrypted && isPublic(session.host))
    return { ...subject, verdict: 'warning', says, remedy: 'others may listen: use sslmode=require or verify-full' };
  return { ...subject, verdict: session.pooled ? 'note' : 'ok', says };
}

async function freeConnections(
  about: string,
  session: Session,
  needs: readonly SessionNeed[],
  { signal }: World,
): Promise<readonly Finding[]> {
  const subject: Subject = { check: 'free connections', about };
  if (session.pooled)
    return [
      {
        ...subject,
        verdict: 'not checked',
        says: 'the pooler has limits of its own, which it does not tell',
        remedy: 'see that its pool is large enough for the jobs',
      },
    ];
  return attempted(subject, signal, async () => [judgeConnections(about, await readLimits(session), needs)]);
}

async function takesWrites(about: string, session: Session, { signal }: World): Promise<readonly Finding[]> {
  return attempted({ check: 'standby', about }, signal, async () => [judgeTarget(about, await readStanding(session))]);
}
