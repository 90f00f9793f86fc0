import { BlockList, isIP, isIPv4 } from 'node:net';
import type { ConnectionParameters, Host } from '../connection-parameters.ts';

/** Loopback, private use (RFC 1918, RFC 4193), shared by carriers and overlay networks (RFC 6598), link-local. */
const enclosed = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  enclosed.addSubnet(network, prefix, 'ipv4');
}
enclosed.addAddress('0.0.0.0', 'ipv4');
enclosed.addAddress('::1', 'ipv6');
enclosed.addSubnet('fc00::', 7, 'ipv6');
enclosed.addSubnet('fe80::', 10, 'ipv6');

/** Reserved for names that exist in one network only (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal). */
const enclosedNames = /\.(?:localhost|local|internal|home\.arpa)$/i;

export function isSocketFolder(host: string): boolean {
  return /^[/@]/.test(host);
}

/**
 * Whether the way to a host may lead through the internet. A name with a dot counts as public, as nobody can tell
 * before asking the resolver; a name without one is a service container or a neighbour.
 */
export function isPublic({ host, address }: Host): boolean {
  const target = (address ?? host).replace(/%.*$/, '');
  if (isSocketFolder(target)) return false;
  if (isIP(target) !== 0) return !enclosed.check(target, isIPv4(target) ? 'ipv4' : 'ipv6');
  const name = target.replace(/\.$/, '');
  // The C library reads 2130706433 and 0x7f000001 as addresses, so a name of one label is not always a name.
  if (/^(?:\d+|0x[0-9a-f]+)$/i.test(name)) return true;
  return name.includes('.') && !enclosedNames.test(name);
}

/** Whether a host is, as far as its name tells, the machine that we run on; its own name is not asked for. */
export function isHere({ host, address }: Host): boolean {
  const target = address ?? host;
  return isSocketFolder(target) || target === 'localhost' || target === '::1' || /^127(?:\.\d{1,3}){3}$/.test(target);
}

/** True where nothing asks for encryption on a way through the internet; the run's summary has to say so. */
export function isInsecure({ hosts, tls }: ConnectionParameters): boolean {
  return ['disable', 'allow', 'prefer'].includes(tls.mode) && hosts.some(isPublic);
}
