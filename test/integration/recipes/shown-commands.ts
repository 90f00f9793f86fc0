import { parse } from 'yaml';
import type { TestServer } from '../../support/client-tools.ts';

type Server = Pick<TestServer, 'port'>;

/** A server as a declared file calls it. */
export interface NamedServer {
  readonly connection: string;
  readonly server: Server;
}

/** The servers of a declared file: those whose port its connections say. One that no other says is the first one's. */
export function serversOf(
  declared: string,
  environment: Readonly<Record<string, string>>,
  servers: readonly Server[],
): readonly NamedServer[] {
  const { connections } = parse(declared) as { readonly connections: Readonly<Record<string, object>> };
  return Object.entries(connections).map(([connection, given]) => {
    const text = JSON.stringify(given).replaceAll(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? '');
    const server = servers.find(({ port }) => new RegExp(`\\b${port}\\b`).test(text)) ?? servers[0];
    if (server === undefined) throw new Error('no servers');
    return { connection, server };
  });
}

const tool = /^.*\/(?<program>pg_dump|pg_dumpall|pg_restore|psql) (?<rest>'--dbname.*?)(?:, ended behind .*)?$/;
/** What a restore does by itself. */
const statements = /^(?:ANALYZE|VACUUM|REFRESH)/;

/** The lines of a plan that are commands or statements, without what differs from machine to machine. */
export function shownCommands(plan: string, servers: readonly NamedServer[], workspace: string): readonly string[] {
  return plan
    .split(/\n\n(?=\d+\. )/)
    .filter(step => !/^\d+\. verify /.test(step))
    .flatMap(step => {
      const cores = /^ *jobs (?<cores>\d+): one for each core$/m.exec(step)?.groups?.['cores'];
      return step.split('\n').flatMap(line => {
        const { program, rest } = tool.exec(line)?.groups ?? {};
        if (program === undefined || rest === undefined) return statements.test(line.trim()) ? [line.trim()] : [];
        const command = `${program} ${connectionNamed(rest, servers)}`.replaceAll(`${workspace}/`, '');
        return [cores === undefined ? command : command.replace(`--jobs=${cores} `, '--jobs=CORES ')];
      });
    });
}

/** A connection string is one word of a shell, with its own quotes inside. */
function connectionNamed(words: string, servers: readonly NamedServer[]): string {
  return words.replace(/'--dbname=(?<conninfo>(?:[^']|'\\'')*)'/, (_word, text: string) => {
    const conninfo = text.replaceAll(`'\\''`, "'");
    const value = (key: string) => new RegExp(`\\b${key}='([^']*)'`).exec(conninfo)?.[1] ?? '';
    const name = servers.find(({ server }) => server.port === Number(value('port')))?.connection;
    return `--dbname=${name ?? value('port')}/${value('dbname')}`;
  });
}
