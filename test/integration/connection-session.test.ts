import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { RoundtripError } from '../../src/errors.ts';
import { openSession } from '../../src/postgres/session.ts';
import { sqlStateOf } from '../../src/postgres/session-errors.ts';
import { Secret } from '../../src/secret.ts';
import { freePort } from '../../src/throwaway/free-port.ts';
import { freshDatabase, queryOn, serverMajors, sharedServer, withServer } from '../support/servers.ts';
import { parametersFor, parametersOn, psql } from './connection-psql.ts';

const options = { applicationName: 'pg-roundtrip test' };

async function problemOf(opening: Promise<AsyncDisposable>): Promise<RoundtripError['problems'][0]> {
  try {
    await (await opening)[Symbol.asyncDispose]();
  } catch (error) {
    if (error instanceof RoundtripError) return error.problems[0];
    throw error;
  }
  throw new Error('the session opened');
}

describe.each(serverMajors)('a session on server %i', major => {
  test('knows its server', async () => {
    const server = await sharedServer(major);
    await using session = await openSession(parametersOn(server), options);
    const [row] = await session.query<{ version: string; pid: number; name: string }>(
      "select current_setting('server_version') as version, pg_backend_pid() as pid, current_setting('application_name') as name",
    );
    expect(session.serverVersion).toMatchObject({ major, text: row?.version });
    expect(session.backendPid).toBe(row?.pid);
    expect(row?.name).toBe(options.applicationName);
    expect(session.host).toEqual({ host: server.host, address: undefined, port: server.port });
  });

  test('does not depend on what the role and the database have set', async () => {
    await using database = await freshDatabase(await sharedServer(major));
    const role = pg.escapeIdentifier(`set ${database.name}`);
    const hostile = {
      search_path: 'evil',
      TimeZone: 'Asia/Tokyo',
      DateStyle: 'German, DMY',
      IntervalStyle: 'iso_8601',
      statement_timeout: '2000',
      idle_in_transaction_session_timeout: '2000',
      lock_timeout: '1',
      row_security: 'on',
      bytea_output: 'escape',
      lc_monetary: 'POSIX',
      extra_float_digits: '-3',
      standard_conforming_strings: 'off',
      quote_all_identifiers: 'on',
    };
    const settings = Object.entries(hostile).map(([name, value]) => `alter role ${role} set ${name} = '${value}';`);
    // An operator that is found before the system's own and makes every comparison false.
    await database.query(
      `create role ${role} login password 'right'; create schema evil; grant usage on schema evil to public;
       create function evil.never(text, text) returns boolean language sql as 'select false';
       create operator evil.= (leftarg = text, rightarg = text, function = evil.never);
       ${settings.join(' ')}`,
    );
    try {
      const parts = { user: `set ${database.name}`, dbname: database.name };
      await using session = await openSession(parametersOn(database.server, parts, new Secret('right')), options);
      const shown = await Promise.all(
        Object.keys(hostile).map(async name => {
          const [row] = await session.query<{ value: string }>('select current_setting($1) as value', [name]);
          return [name, row?.value];
        }),
      );
      expect(Object.fromEntries(shown)).toEqual({
        search_path: 'pg_catalog',
        TimeZone: 'UTC',
        DateStyle: 'ISO, MDY',
        IntervalStyle: 'postgres',
        statement_timeout: '0',
        idle_in_transaction_session_timeout: '0',
        lock_timeout: '30s',
        row_security: 'off',
        bytea_output: 'hex',
        lc_monetary: 'C',
        extra_float_digits: '3',
        standard_conforming_strings: 'on',
        quote_all_identifiers: 'off',
      });
    } finally {
      await database.query(`drop role ${role}`);
    }
  });

  test('gives values that JavaScript would round as the text of the server', async () => {
    await using session = await openSession(parametersOn(await sharedServer(major)), options);
    const rows = await session.query(
      `select 9223372036854775807::int8 as big, 1.10::numeric as exact, array[1.10, 2] as exacts, 7 as small, true as yes, 0.1::float8 + 0.2 as float,
         '2026-01-02 03:04:05.678901+09'::timestamptz as moment, '0044-03-15 BC'::date as day, array['2026-01-02'::date] as days,
         interval '1 year 2 days' as span, '{"a": 1}'::jsonb as document, null as nothing`,
    );
    expect(rows).toEqual([
      {
        big: '9223372036854775807',
        exact: '1.10',
        exacts: ['1.10', '2'],
        small: 7,
        yes: true,
        float: 0.30000000000000004,
        moment: '2026-01-01 18:04:05.678901+00',
        day: '0044-03-15 BC',
        days: ['2026-01-02'],
        span: '1 year 2 days',
        document: { a: 1 },
        nothing: null,
      },
    ]);
  });

  test('reaches databases and roles of any name', async () => {
    const server = await sharedServer(major);
    const names = [
      'host=192.0.2.1 dbname=x',
      'it\'s \\ a "name"',
      '-d',
      'postgresql://h/x',
      'Ünï 数 😀',
      ' ',
      '$(x) `y` %41',
    ];
    for (const name of names) {
      const quoted = pg.escapeIdentifier(name);
      await queryOn(server, 'postgres', `create role ${quoted} login password 'right'`);
      await queryOn(server, 'postgres', `create database ${quoted} template template0`);
      try {
        const parameters = parametersOn(server, { user: name }, new Secret('right'));
        await using session = await openSession(parameters, { ...options, database: name });
        const sql = 'select current_user || current_database()';
        expect(await session.query(`${sql} as both`)).toEqual([{ both: name + name }]);
        expect(await psql(parameters, sql, name)).toMatchObject({ status: 0, stdout: (name + name).trim() });
      } finally {
        await queryOn(server, 'postgres', `drop database ${quoted}`);
        await queryOn(server, 'postgres', `drop role ${quoted}`);
      }
    }
  });
});

test('nothing in the environment reaches the driver', async () => {
  const server = await sharedServer();
  const foreign: Record<string, string> = {
    PGHOST: '192.0.2.1',
    PGPORT: '1',
    PGUSER: 'somebody',
    PGPASSWORD: 'something',
    PGDATABASE: 'somewhere',
    PGOPTIONS: '-c work_mem=1234kB',
    PGSSLMODE: 'require',
    PGSSLNEGOTIATION: 'direct',
    PGREPLICATION: 'database',
    PGAPPNAME: 'someone',
    PGBINARY: '1',
    PGCONNECT_TIMEOUT: '1',
    PGCLIENT_ENCODING: 'LATIN1',
    PGTZ: 'Asia/Tokyo',
  };
  const before = Object.fromEntries(Object.keys(foreign).map(name => [name, process.env[name]]));
  try {
    Object.assign(process.env, foreign);
    await using session = await openSession(parametersOn(server, { sslmode: 'disable' }), options);
    const [row] = await session.query(
      "select current_user as user, current_database() as database, current_setting('work_mem') = '1234kB' as options, current_setting('application_name') as name",
    );
    expect(row).toEqual({ user: server.user, database: 'postgres', options: false, name: options.applicationName });
    await expect(openSession(parametersOn(server, {}, 'none'), options)).rejects.toMatchObject({ code: 'PGR201' });
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

test('options reach the server', async () => {
  const parameters = parametersOn(await sharedServer(), { options: '-c work_mem=1234kB' });
  await using session = await openSession(parameters, options);
  expect(await session.query("select current_setting('work_mem') as value")).toEqual([{ value: '1234kB' }]);
});

describe('several hosts', () => {
  test('are tried in order', async () => {
    const server = await sharedServer();
    const closed = await freePort('127.0.0.1');
    const parameters = parametersOn(server, {
      host: '127.0.0.1,localhost',
      hostaddr: ',127.0.0.1',
      port: `${closed},${server.port}`,
    });
    await using session = await openSession(parameters, options);
    expect(session.host).toEqual({ host: 'localhost', address: '127.0.0.1', port: server.port });
    expect(await psql(parameters, 'select 1')).toMatchObject({ status: 0 });
  });

  test('end with the first that refuses the login', async () => {
    const server = await sharedServer();
    const hosts = { host: '127.0.0.1,127.0.0.1', port: `${server.port},${await freePort('127.0.0.1')}` };
    const parameters = parametersOn(server, hosts, new Secret('wrong'));
    expect(await problemOf(openSession(parameters, options))).toMatchObject({ code: 'PGR201' });
  });

  test('are all named when none answers', async () => {
    const ports = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
    const parameters = parametersFor({ parts: { host: '127.0.0.1,127.0.0.1', port: ports.join(',') } });
    const { code, message } = await problemOf(openSession(parameters, options));
    expect(code).toBe('PGR200');
    for (const port of ports) expect(message).toContain(`127.0.0.1:${port}`);
  });

  test.each([
    ['any', 'off'],
    ['read-write', 'off'],
    ['read-only', 'on'],
    ['primary', 'off'],
    ['standby', undefined],
    ['prefer-standby', 'off'],
  ])(
    'target_session_attrs=%s chooses the one whose default_transaction_read_only is %s',
    async (attributes, expected) => {
      await withServer(undefined, { settings: { default_transaction_read_only: 'on' } }, async readOnly => {
        const server = await sharedServer();
        const order =
          expected === 'off' && attributes === 'read-write'
            ? [readOnly.port, server.port]
            : [server.port, readOnly.port];
        const user = 'postgres';
        const password = new Secret('the same on both');
        await queryOn(server, 'postgres', `create role attributed login password '${password.reveal()}'`);
        await queryOn(
          readOnly,
          'postgres',
          `set transaction_read_only = off; create role attributed login password '${password.reveal()}'`,
        );
        try {
          const parts = {
            host: '127.0.0.1,127.0.0.1',
            port: order.join(','),
            user: 'attributed',
            dbname: user,
            target_session_attrs: attributes,
          };
          const parameters = parametersFor({ parts, password });
          const sql = "select current_setting('default_transaction_read_only')";
          const theirs = await psql(parameters, sql);
          const ours = await openSession(parameters, options)
            .then(async opened => {
              await using session = opened;
              return await session.query(`${sql} as value`);
            })
            .catch((error: unknown) => error);
          expect(theirs.stdout).toBe(expected ?? '');
          expect(ours).toMatchObject(expected === undefined ? { code: 'PGR200' } : [{ value: expected }]);
        } finally {
          await queryOn(server, 'postgres', 'drop role attributed');
        }
      });
    },
  );
});

describe('what goes wrong', () => {
  test.each([
    ['a wrong password', {}, 'wrong', 'PGR201'],
    ['an unknown role', { user: 'no such role' }, 'wrong', 'PGR201'],
    ['an unknown database', { dbname: 'no such database' }, undefined, 'PGR202'],
    ['TLS where there is none', { sslmode: 'require' }, undefined, 'PGR203'],
    ['an unknown name', { host: 'host.invalid', sslmode: 'require' }, undefined, 'PGR200'],
    ['a socket that is not there', { host: '/nonexistent' }, undefined, 'PGR200'],
    ['options that the server does not know', { options: '-c no_such=1' }, undefined, 'PGR201'],
  ])('%s', async (_, parts, password, code) => {
    const server = await sharedServer();
    const problem = await problemOf(
      openSession(
        parametersOn(server, parts, password === undefined ? server.password : new Secret(password)),
        options,
      ),
    );
    expect(problem.code).toBe(code);
    expect(`${problem.message} ${problem.remedy}`).not.toContain(server.password.reveal());
  });

  test('nothing listens', async () => {
    const parameters = parametersFor({ parts: { host: '127.0.0.1', port: String(await freePort('127.0.0.1')) } });
    const problem = await problemOf(openSession(parameters, options));
    expect(problem).toMatchObject({ code: 'PGR200' });
    expect(problem.message).toContain('nothing listens');
  });

  /** Stands before a server and says, as one does, that it is starting, to the first that log in. */
  async function startingServer(refusals: number, { host, port }: { readonly host: string; readonly port: number }) {
    let left = refusals;
    const listener = createServer(client => {
      if (left <= 0) {
        const upstream = connect({ host, port });
        client.pipe(upstream).pipe(client);
        for (const one of [client, upstream]) one.on('error', () => undefined);
        return;
      }
      left -= 1;
      const fields = ['SFATAL', 'VFATAL', 'C57P03', 'Mthe database system is starting up', ''].join('\0');
      const body = Buffer.from(`${fields}\0`);
      const head = Buffer.alloc(5);
      head.write('E');
      head.writeInt32BE(body.length + 4, 1);
      client.once('data', () => client.end(Buffer.concat([head, body])));
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port: own } = listener.address() as AddressInfo;
    return { port: String(own), left: () => left, [Symbol.asyncDispose]: async () => void listener.close() };
  }

  test('a server that is starting is asked again', async () => {
    const server = await sharedServer();
    await using starting = await startingServer(2, server);
    const parameters = parametersOn(server, { port: starting.port, sslmode: 'disable' });
    await using _ = await openSession(parameters, options);
    expect(starting.left()).toBe(0);
  });

  test('a server that goes on starting is given up after connect_timeout', async () => {
    const server = await sharedServer();
    await using starting = await startingServer(1000, server);
    const parameters = parametersOn(server, { port: starting.port, sslmode: 'disable', connect_timeout: '2' });
    const problem = await problemOf(openSession(parameters, options));
    expect(problem).toMatchObject({ code: 'PGR200', message: expect.stringMatching(/not ready: .*starting up/) });
    expect(1000 - starting.left()).toBeGreaterThan(1);
    expect(1000 - starting.left()).toBeLessThan(6);
  });

  test('a peer that says nothing is given up after connect_timeout', async () => {
    await using peer = await peerThat(() => undefined);
    for (const sslmode of ['disable', 'prefer', 'require']) {
      const parameters = parametersFor({ parts: { ...peer.parts, sslmode, connect_timeout: '1' } });
      const problem = await problemOf(openSession(parameters, options));
      expect(problem).toMatchObject({ code: 'PGR200' });
      expect(problem.message).toContain('1 s');
    }
  });

  test('a refused statement keeps its SQLSTATE, and the session goes on', async () => {
    await using session = await openSession(parametersOn(await sharedServer()), options);
    const error: unknown = await session.query('select 1 / 0').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PGR205' });
    expect(sqlStateOf(error)).toBe('22012');
    expect(await session.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('what the server advises is passed on', async () => {
    await using session = await openSession(parametersOn(await sharedServer()), options);
    await expect(session.query('select nam from (select 1 as name) t')).rejects.toMatchObject({
      problems: [{ code: 'PGR205', remedy: expect.stringMatching(/^the server says: .*"t\.name"/) }],
    });
  });

  test('a lock that is not obtained', async () => {
    await using database = await freshDatabase(await sharedServer(), { sql: 'create table public.t ()' });
    await using holder = await openSession(database.parameters, options);
    await holder.query('begin; lock table public.t');
    await using session = await openSession(database.parameters, { ...options, lockTimeout: 50 });
    await expect(session.query('table public.t')).rejects.toMatchObject({ code: 'PGR206' });
  });

  test('a connection that the server ends, during a statement and between two', async () => {
    const server = await sharedServer();
    await using busy = await openSession(parametersOn(server), options);
    await using idle = await openSession(parametersOn(server), options);
    const working = busy.query('select pg_sleep(60)').catch((error: unknown) => error);
    for (const { backendPid } of [busy, idle])
      await queryOn(server, 'postgres', `select pg_terminate_backend(${backendPid})`);
    expect(await working).toMatchObject({ code: 'PGR204' });
    await expect(idle.query('select 1')).rejects.toMatchObject({ code: 'PGR204' });
  });
});

describe('cancelling', () => {
  test('ends the statement here and on the server', async () => {
    const server = await sharedServer();
    const controller = new AbortController();
    const session = await openSession(parametersOn(server), { ...options, signal: controller.signal });
    const working = session.query('select pg_sleep(600)').catch((error: unknown) => error);
    await untilRows(server, `select 1 from pg_stat_activity where pid = ${session.backendPid} and state = 'active'`, 1);
    controller.abort();
    expect(await working).toMatchObject({ code: 'PGR600' });
    await session[Symbol.asyncDispose]();
    await untilRows(server, `select 1 from pg_stat_activity where pid = ${session.backendPid}`, 0);
    await expect(session.query('select 1')).rejects.toMatchObject({ code: 'PGR600' });
  });

  test('ends the opening of a session', async () => {
    const controller = new AbortController();
    await using peer = await peerThat(() => {
      controller.abort();
      return undefined;
    });
    const parameters = parametersFor({ parts: { ...peer.parts, sslmode: 'disable' } });
    const opening = openSession(parameters, { ...options, signal: controller.signal });
    await expect(opening).rejects.toMatchObject({ code: 'PGR600' });
  });

  test('before the opening opens nothing', async () => {
    const opening = openSession(parametersOn(await sharedServer()), { ...options, signal: AbortSignal.abort() });
    await expect(opening).rejects.toMatchObject({ code: 'PGR600' });
  });
});

describe('a peer that is not what it should be', () => {
  const authentication = (kind: number, rest = Buffer.alloc(0)) => {
    const message = Buffer.alloc(9);
    message.write('R');
    message.writeInt32BE(8 + rest.length, 1);
    message.writeInt32BE(kind, 5);
    return Buffer.concat([message, rest]);
  };
  const ok = authentication(0);
  const sasl = authentication(10, Buffer.from('SCRAM-SHA-256\0\0'));

  test('asks for a login that the driver does not know', async () => {
    await using peer = await peerThat(() => authentication(7));
    const parameters = parametersFor({
      parts: { ...peer.parts, sslmode: 'disable' },
      password: new Secret('correct horse'),
    });
    expect(await problemOf(openSession(parameters, options))).toMatchObject({ code: 'PGR200' });
  });

  test('lets us in without proving that it knows the password', async () => {
    await using peer = await peerThat((_, turn) => (turn === 0 ? sasl : ok));
    const parameters = parametersFor({
      parts: { ...peer.parts, sslmode: 'disable' },
      password: new Secret('correct horse'),
    });
    const problem = await problemOf(openSession(parameters, options));
    expect(problem).toMatchObject({ code: 'PGR203' });
    expect(problem.message).toContain('without proving');
  });

  test('slips plain text in behind its answer to the request for encryption', async () => {
    await using peer = await peerThat(() => Buffer.concat([Buffer.from('S'), ok]));
    const parameters = parametersFor({ parts: { ...peer.parts, sslmode: 'require' } });
    const problem = await problemOf(openSession(parameters, options));
    expect(problem).toMatchObject({ code: 'PGR203' });
    expect(problem.message).toContain('no proper answer');
  });

  test('speaks another protocol', async () => {
    await using peer = await peerThat(() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    for (const sslmode of ['disable', 'require']) {
      const parameters = parametersFor({ parts: { ...peer.parts, sslmode, connect_timeout: '2' } });
      expect((await problemOf(openSession(parameters, options))).code).toMatch(/^PGR20[03]$/);
    }
  });
});

async function untilRows(server: Parameters<typeof queryOn>[0], sql: string, count: number): Promise<void> {
  while ((await queryOn(server, 'postgres', sql)).length !== count);
}

/** A listener that answers each message with what `answer` gives, and otherwise keeps quiet. */
async function peerThat(
  answer: (message: Buffer, turn: number) => Buffer | undefined,
): Promise<{ readonly parts: Pick<Record<string, string>, string> } & AsyncDisposable> {
  const open = new Set<{ destroy(): void }>();
  const listener: Server = createServer(socket => {
    open.add(socket);
    let turn = 0;
    socket.on('error', () => undefined);
    socket.on('data', message => {
      const reply = answer(message, turn);
      turn += 1;
      if (reply) socket.write(reply);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    parts: { host: '127.0.0.1', port: String(port), user: 'somebody', dbname: 'something' },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
