import { isIPv6 } from 'node:net';
import { type Assignment, type Parsed, unusable } from './assignment.ts';
import { percentDecode } from './percent.ts';
import type { UrlPiece } from './url-pieces.ts';

const hostAndPort = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:[\]]*))?$/;

/** Reads `host:port,[::1]:port,…`; a host may be a percent-encoded socket folder. */
export function parseUrlHosts(piece: UrlPiece): Parsed {
  if (piece.text === '') return { assignments: [], problems: [] };
  const origin = `at character ${piece.position} of the connection URL`;
  const hosts: string[] = [];
  const ports: string[] = [];
  let position = piece.position;
  for (const entry of piece.text.split(',')) {
    const match = hostAndPort.exec(entry);
    if (match === null) {
      return unusable(
        'PGR101',
        `the host at character ${position} of the connection URL is malformed`,
        'write host:port, an IPv6 address in brackets, and a ":" in a password as %3A',
      );
    }
    const host = percentDecode(match[1] ?? match[2] ?? '');
    if (host.kind === 'bad escape') {
      const at = position + (match[1] === undefined ? 0 : 1) + host.index;
      return unusable(
        'PGR102',
        `the connection URL has an invalid percent escape at character ${at}`,
        'write a "%" that stands for itself as %25',
      );
    }
    if (match[1] !== undefined && !isIPv6(host.text)) {
      return unusable(
        'PGR101',
        `the brackets at character ${position} of the connection URL hold no IPv6 address`,
        'write for example [::1]:5432',
      );
    }
    if (host.text.includes(',')) {
      return unusable(
        'PGR101',
        `the host at character ${position} of the connection URL contains a comma`,
        'separate hosts by a plain ","',
      );
    }
    hosts.push(host.text);
    ports.push(match[3] ?? '');
    position += entry.length + 1;
  }
  const assignments: Assignment[] = [{ keyword: 'host', value: hosts.join(','), origin, showKeyword: false }];
  if (ports.some(port => port !== ''))
    assignments.push({ keyword: 'port', value: ports.join(','), origin, showKeyword: false });
  return { assignments, problems: [] };
}
