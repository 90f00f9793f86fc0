import { isIP } from 'node:net';
import type { Problem } from '../../errors.ts';
import type { Host } from '../connection-parameters.ts';
import { problem } from './assignment.ts';

export interface Hosts {
  readonly hosts: readonly Host[];
  readonly problems: readonly Problem[];
}

const defaultPort = 5432;

/**
 * libpq's lists (manual, "Specifying Multiple Hosts"): hosts, addresses and ports go together by position, and a single
 * port is for all. A missing host is a problem here, as libpq's own answer to it, whatever socket folder it was built
 * with, is a different server on every machine.
 */
export function resolveHosts(values: Readonly<Record<string, string>>): Hosts {
  const names = values['host']?.split(',') ?? [];
  const addresses = values['hostaddr']?.split(',') ?? [];
  const count = Math.max(names.length, addresses.length);
  const ports = resolvePorts(values['port'], count);
  const problems = [...hostProblems(names, addresses), ...ports.problems];
  const hosts = Array.from({ length: count }, (_, index): Host => {
    const address = addresses[index] || undefined;
    const port = ports.numbers.length === 1 ? ports.numbers[0] : ports.numbers[index];
    return { host: names[index] || address || '', address, port: port ?? defaultPort };
  });
  return { hosts, problems };
}

function hostProblems(names: readonly string[], addresses: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  const count = Math.max(names.length, addresses.length);
  if (names.length > 0 && addresses.length > 0 && names.length !== addresses.length) {
    problems.push(
      problem(
        'PGR111',
        `${names.length} hosts are given and ${addresses.length} hostaddr`,
        'give one hostaddr for each host; it may be empty',
      ),
    );
  }
  if (count === 0 || Array.from({ length: count }).some((_, index) => !names[index] && !addresses[index])) {
    const remedy = 'give host: a name, an address, or the folder of a Unix socket such as /var/run/postgresql';
    problems.push(problem('PGR127', count < 2 ? 'no host is given' : 'one of the hosts is empty', remedy));
  }
  if (addresses.some(address => address !== '' && isIP(address) === 0)) {
    problems.push(
      problem(
        'PGR111',
        'hostaddr is not a numeric address',
        'give an address such as 192.0.2.1 or 2001:db8::1; a name goes into host',
      ),
    );
  }
  if (names.some(name => !/^[/@]/.test(name) && /\s/.test(name))) {
    problems.push(problem('PGR108', 'a host name contains white space', 'remove it'));
  }
  return problems;
}

function resolvePorts(
  text: string | undefined,
  hosts: number,
): { readonly numbers: readonly number[]; readonly problems: readonly Problem[] } {
  if (text === undefined) return { numbers: [], problems: [] };
  const ports = text.split(',');
  const numbers = ports.map(port => (port === '' ? defaultPort : /^\d{1,5}$/.test(port) ? Number(port) : 0));
  const wrong = numbers.some(number => number < 1 || number > 65_535);
  return {
    numbers,
    problems: [
      ...(wrong
        ? [
            problem(
              'PGR107',
              'a port is not a number from 1 to 65535',
              'correct it; in a URL, also percent-encode a "/", "@" or ":" of the password',
            ),
          ]
        : []),
      ...(ports.length > 1 && ports.length !== hosts
        ? [
            problem(
              'PGR107',
              `${ports.length} ports are given for ${hosts} hosts`,
              'give one port, or one for each host',
            ),
          ]
        : []),
    ],
  };
}
