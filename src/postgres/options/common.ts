import { elsewhere, refused, type ToolOption } from './model.ts';

/** Options that all four tools have, and that are the same for each. */
export const connectionOptions: readonly ToolOption[] = [
  elsewhere('connections.NAME.host')('host', 'text', 'Host, or folder of the socket.', { letter: 'h' }),
  elsewhere('connections.NAME.port')('port', 'number', 'Port.', { letter: 'p' }),
  elsewhere('connections.NAME.user')('username', 'text', 'Role that logs in.', { letter: 'U' }),
  refused('it is always given, as nobody is there to be asked')('no-password', 'nothing', 'Asks for no password.', {
    letter: 'w',
  }),
  refused('it asks at a terminal, and there is none; write password under the connection')(
    'password',
    'nothing',
    'Asks for a password.',
    { letter: 'W' },
  ),
];

export const informationOptions: readonly ToolOption[] = [
  refused('it prints a text and ends')('version', 'nothing', 'Prints the version of the tool.', { letter: 'V' }),
  refused('it prints a text and ends')('help', 'nothing', 'Prints the options of the tool.', { letter: '?' }),
];

/** A role that is set for the tool alone would see other rows than our own sessions, which count. */
export const roleOption: ToolOption = elsewhere('connections.NAME.options')(
  'role',
  'text',
  'Role that the session takes on (`options: -c role=NAME`).',
);

export const verbose = refused('it is always given, as progress is read from it');
export const upgradeOnly = refused('it is for pg_upgrade alone');
