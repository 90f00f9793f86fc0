import type { ErrorCode } from '../../../src/errors.ts';

/** Where a code is provoked through a front door: a file below test/, and the name of a test or of a row in it. */
export interface Provoked {
  readonly file: string;
  readonly at: string;
  /** The file that runs the row, where that is another one. */
  readonly by?: string;
  /** Why no front door leads to it; then the test is of the part that throws it. */
  readonly noDoor?: string;
}

const inTable = (table: string, by: string) => (at: string) => ({
  file: `integration/${table}.ts`,
  at,
  by: `integration/${by}.test.ts`,
});
const connections = inTable('bad-input/connections', 'bad-input/bad-input');
const declaredFile = inTable('bad-input/declared-file', 'bad-input/bad-input');
const dumps = inTable('bad-input/dumps', 'bad-input/bad-input');
const errors = inTable('errors/cases', 'errors/errors');
const fetching = inTable('errors/fetching', 'errors/errors');
const integration = (file: string) => (at: string) => ({ file: `integration/${file}.test.ts`, at });
const lockedBytes = 'the bytes of every package are locked, so that only another lock could lead there';

/** One test for each code; there may be many more. */
export const provoked: Readonly<Record<ErrorCode, Provoked>> = {
  PGR101: connections('a password with a raw @'),
  PGR102: connections('an invalid percent escape'),
  PGR103: connections('schemes of other programs, and one slash for two'),
  PGR104: connections('an unknown parameter'),
  PGR105: connections('a URL and a host'),
  PGR106: connections('two different passwords'),
  PGR107: connections('the ports 0, 70000 and 54e2'),
  PGR108: connections('a database name with a line break'),
  PGR109: connections('a password with a line break inside'),
  PGR110: connections('an empty password and an empty URL, as in a workflow of a fork'),
  PGR111: connections('an sslmode that libpq does not have'),
  PGR112: connections('verify-full without a root certificate'),
  PGR113: connections('no encryption to a public address'),
  PGR114: errors('a service that no file has'),
  PGR115: integration('credentials')("describe('a password file that others may read'"),
  PGR116: integration('preflight/doctor')('is refused in transaction mode, by doctor and by a run'),
  PGR120: declaredFile('an alias bomb'),
  PGR121: declaredFile('a key that is written twice'),
  PGR122: declaredFile('an unknown key'),
  PGR123: declaredFile('a word for a number'),
  PGR124: declaredFile('a variable that is not set'),
  PGR125: declaredFile('a password in the file'),
  PGR126: integration('faults/bad-input')('a file that does not exist'),
  PGR127: errors('a step without what it needs'),
  PGR128: integration('action/bad-input')('that refers to nothing'),
  PGR129: integration('action/bad-input')('nothing at all'),
  PGR130: declaredFile('paths that go up, or are absolute'),
  PGR131: declaredFile('a dump set that exists'),
  PGR132: declaredFile('artifact names with signs that they cannot have'),
  PGR133: declaredFile('a longer retention than the repository allows'),
  PGR134: declaredFile('an artifact where there are none'),
  PGR140: dumps('an unencrypted artifact of a public repository'),
  PGR141: dumps('no recipient'),
  PGR142: dumps('a recipient with a slip of the pen'),
  PGR143: dumps('a secret key as recipient'),
  PGR144: dumps('an SSH key as recipient'),
  PGR145: errors('an identity that is none'),
  PGR146: integration('action/parts')(
    'an encrypted dump set in parts is fetched by another run, and no secret is told',
  ),
  PGR150: integration('round-trip/plain-restore')('refuses one transaction around large objects'),
  PGR151: dumps('a client that is older than the server'),
  PGR152: integration('faults/bad-input')('a client folder without a client'),
  PGR153: integration('throwaway/round-trip')('a server that nothing can be had for stands in the way'),
  PGR154: dumps('a client below the security floor for a plain dump'),
  PGR155: errors('an option that has a key of its own'),
  PGR156: integration('round-trip/flags')('what the client does not have is refused before any work'),
  PGR160: dumps('a target that is not empty'),
  PGR161: dumps('a target that is the source'),
  PGR162: integration('faults/guards')('into a protected connection'),
  PGR163: dumps('a target that others use'),
  PGR164: integration('round-trip/roles')('owners left open and roles missing: refused before the dump'),
  PGR165: integration('preflight/doctor')('what a target lacks ends a run before its dump, all of it at once'),
  PGR166: integration('versions/refusals')('a locale that the target does not know is refused before the dump'),
  PGR167: integration('round-trip/restore-existing')('that are missing are refused before anything is made'),
  PGR168: integration('round-trip/restore-existing')('and are not are refused before anything is made'),
  PGR169: integration('preflight/doctor')("'is no target'"),
  PGR170: dumps('an artifact of a run for a fork'),
  PGR171: dumps('a folder without a manifest'),
  PGR172: integration('faults/damaged-dump-set')('in the data of a table'),
  PGR176: integration('action/fetching')('more than is allowed'),
  PGR177: integration('storage/pruning')('nothing goes when a set that would be left has rotted'),
  PGR180: dumps('a filter that matches no table'),
  PGR181: errors('a view without its table'),
  PGR182: integration('round-trip/restore-selection')('of another archive is refused'),
  PGR183: integration('round-trip/dump-options')('inserts that would fill other columns are refused'),
  PGR190: integration('faults/source-obstacles')('a table that it may not read'),
  PGR191: integration('faults/source-obstacles')('a table whose rows a policy hides'),
  PGR200: integration('action/bad-input')('that is not there ends with 1 and leaves nothing'),
  PGR201: integration('faults/bad-input')('a wrong password'),
  PGR202: integration('faults/bad-input')('an unknown database'),
  PGR203: errors('encryption by a server that has none'),
  PGR204: integration('faults/connection-faults')("['reset', 'PGR204'"),
  PGR205: integration('throwaway/ending')('when a step fails'),
  PGR206: integration('faults/source-obstacles')('while the run lasts'),
  PGR207: integration('credentials')('that fails says so, without what it printed'),
  PGR208: integration('round-trip/shared-snapshot')('%s that changes in between is noticed'),
  PGR209: integration('preflight/doctor')('a login that none is left for'),
  PGR210: integration('faults/guards')('a restore that fails takes back the roles'),
  PGR211: integration('faults/killed-tools')('its %i processes are gone at once'),
  PGR212: errors('a client that is removed once it was found'),
  PGR220: integration('faults/disk-full')('async function drill('),
  PGR221: integration('round-trip/sql-step')('a missing file of SQL is named'),
  PGR230: integration('action/publishing')('a job without the artifact service'),
  PGR231: integration('action/fetching')('a run that failed'),
  PGR232: errors('a storage whose command fails'),
  PGR233: errors('a prefix that leads up'),
  PGR234: errors('a bucket that cannot be called so'),
  PGR240: errors('server programs that cannot make a cluster'),
  PGR250: fetching('no way to any mirror'),
  PGR251: fetching('changedOnTheWay'),
  PGR252: { file: 'unit/client/sealed/install.test.ts', at: 'a locked package is no package', noDoor: lockedBytes },
  PGR253: { file: 'unit/client/sealed/install.test.ts', at: 'the set lacks %s', noDoor: lockedBytes },
  PGR254: fetching('a file of an installed client that was changed'),
  PGR255: fetching('a folder that the loader cannot be told of'),
  PGR256: fetching('a mirror that is no address'),
  PGR257: fetching('a client that only a run would fetch'),
  PGR300: integration('faults/secrets')('when the copy differs from the source by it'),
  PGR301: integration('round-trip/compare')('what the role may not read in the source is not passed over'),
  PGR302: errors('what is no archive'),
  PGR500: integration('faults/connection-faults')('while dumping'),
  PGR501: integration('throwaway/ending')('when the run is out of time'),
  PGR600: integration('action/cancellation')('ends at the first signal with 130 during a dump'),
  PGR900: errors('what nobody has thought of'),
};
