import type { TargetKnowledge } from '../postgres/compatibility/find-blockers.ts';
import type { Session } from '../postgres/session.ts';

/** Asks the server that is to hold a copy what it has. */
export async function readTargetKnowledge(session: Session): Promise<TargetKnowledge> {
  const settings = await session.query<{ name: string }>('select pg_catalog.lower(name) as name from pg_settings');
  const extensions = await session.query<{ name: string }>('select name::text as name from pg_available_extensions');
  return {
    major: session.serverVersion.major,
    settings: new Set(settings.map(({ name }) => name)),
    extensions: new Set(extensions.map(({ name }) => name)),
  };
}
