import type { ClientChoice } from '../config/config.ts';
import { fault } from '../errors.ts';
import { type Client, describeClient } from './client.ts';
import { belowFloor, floorReason } from './security-floor.ts';

/** The client for one job, and why it was taken. */
export type ChosenClient = Client & {
  readonly reason: string;
  /** What to know about it although it works. */
  readonly warning: string | undefined;
};

/**
 * Picks the client for a server of `major`: pg_dump refuses servers newer than itself, and a newer pg_restore sends
 * settings that older servers refuse, so the server's own major is best and the nearest newer one comes next. Of one
 * major, what is installed costs nothing; what is locked can be fetched.
 * Throws PGR151 when there is none.
 */
export function chooseClient(clients: readonly Client[], choice: ClientChoice, major: number): ChosenClient {
  const candidates = choice.kind === 'major' ? clients.filter(one => one.version.major === choice.major) : clients;
  const usable = candidates
    .filter(one => one.version.major >= major)
    .sort(
      (left, right) =>
        left.version.major - right.version.major ||
        Number(left.kind === 'sealed') - Number(right.kind === 'sealed') ||
        right.version.minor - left.version.minor,
    );
  const [best] = usable;
  if (best === undefined) throw noClient(clients, choice, major);
  return { ...best, reason: reason(best, choice, major), warning: warning(best) };
}

function reason(client: Client, choice: ClientChoice, major: number): string {
  const { version } = client;
  const found = describeClient(client);
  if (choice.kind !== 'auto') return `${found}, as asked`;
  if (version.major === major) return `${found}: the server's own major`;
  return `${found}: the nearest newer one to the server's ${major}, which cannot be had`;
}

function warning({ version }: Client): string | undefined {
  const floor = belowFloor(version);
  if (floor === undefined) return undefined;
  if (floor.kind === 'out of support') return `client ${version.text} is out of support and gets no security fixes`;
  return `client ${version.text} is below ${floor.first}, the first without known security holes (${floorReason}): update it`;
}

function noClient(clients: readonly Client[], choice: ClientChoice, major: number): Error {
  const texts = [...new Set(clients.map(one => one.version.text))];
  const have = texts.length === 0 ? 'none is installed, and none can be fetched' : `there are ${texts.join(', ')}`;
  const asked = choice.kind === 'major' ? `; a client of major ${choice.major} was asked for` : '';
  return fault(
    'PGR151',
    `the server is PostgreSQL ${major} and needs pg_dump, pg_restore, psql and pg_dumpall of ${major} or newer${asked}; ${have}`,
    `install one (Debian, Ubuntu: apt-get install postgresql-client-${major}; Fedora: dnf install postgresql${major}; macOS: brew install postgresql@${major}), name its folder in client.path, or use a release of pg-roundtrip that has it locked`,
  );
}
