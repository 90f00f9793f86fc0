import type { Config } from '../config/config.ts';
import type { Platform } from '../platform/platform.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';

/**
 * Hides every password, key password and URL of the run. A password that is no secret (`postgres`, or the same as the
 * user or database) is left alone: hiding it would put stars all over the log.
 */
export function maskConnections(
  platform: Pick<Platform, 'mask'>,
  config: Config,
  connections: Readonly<Record<string, ConnectionParameters>>,
): void {
  for (const [name, parameters] of Object.entries(connections)) {
    const { password, tls, user, database } = parameters;
    if (tls.keyPassword !== undefined) platform.mask(tls.keyPassword.reveal());
    if (password === undefined || ['postgres', user, database].includes(password.reveal())) continue;
    platform.mask(password.reveal());
    const declared = config.connections[name];
    for (const text of [declared?.url, declared?.conninfo]) if (text !== undefined) platform.mask(text.reveal());
  }
}
