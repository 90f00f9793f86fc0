import { fault } from '../errors.ts';
import { isSocketFolder } from '../postgres/connection/exposure.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import type { Throttle } from '../postgres/throttle/throttle.ts';
import { formatRate } from '../report/format.ts';

/** What is asked of the tools, for people; throws PGR150 where it would take a protection away. */
export function throttleNotes(throttle: Throttle | undefined, connection: ConnectionParameters): readonly string[] {
  if (throttle === undefined) return [];
  const { rate, nice, ionice } = throttle;
  refuseProxy(rate, connection);
  const parts = [
    ...(rate === undefined ? [] : [`at most ${formatRate(rate, 1)} between the tools and the server`]),
    ...(nice === undefined ? [] : [`nice ${nice}`]),
    ...(ionice === undefined ? [] : [`ionice ${ionice}`]),
  ];
  return [`throttled: ${parts.join(', ')}`];
}

/** The user behind a socket is this process once the tools go through its proxy. */
function refuseProxy(rate: number | undefined, { hosts, others }: ConnectionParameters): void {
  if (rate === undefined || others['requirepeer'] === undefined || !hosts.some(({ host }) => isSocketFolder(host)))
    return;
  throw fault(
    'PGR150',
    'requirepeer cannot look through the proxy that throttle.rate needs',
    'remove one of the two, or connect by the network with TLS',
  );
}
