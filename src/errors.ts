/** What a process of pg-roundtrip ends with. 0 is success; the numbers are part of the public contract. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

interface Entry {
  readonly exit: Exclude<ExitCode, 0>;
  readonly meaning: string;
}

/** Every error that a user can see, by its stable code. Codes are never reused. */
export const catalogue = {
  PGR101: { exit: 2, meaning: 'a connection URL is malformed' },
  PGR102: { exit: 2, meaning: 'a connection URL has an invalid percent escape' },
  PGR103: { exit: 2, meaning: 'a connection URL has a scheme other than postgresql://' },
  PGR104: { exit: 2, meaning: 'a connection parameter is unknown to libpq' },
  PGR105: { exit: 2, meaning: 'a connection is given in two ways at once' },
  PGR106: { exit: 2, meaning: 'two different passwords are given' },
  PGR107: { exit: 2, meaning: 'a port is out of range' },
  PGR108: { exit: 2, meaning: 'a name contains a control character' },
  PGR109: { exit: 2, meaning: 'a password contains a character that no password file can hold' },
  PGR110: { exit: 2, meaning: 'a password or URL is empty' },
  PGR111: { exit: 2, meaning: 'a connection parameter has a value that libpq does not know' },
  PGR112: { exit: 2, meaning: 'a certificate or key file is needed and missing' },
  PGR113: { exit: 4, meaning: 'the connection to a public address would not be encrypted' },
  PGR114: { exit: 2, meaning: 'a service or its file is not found' },
  PGR115: { exit: 2, meaning: 'a password file cannot be used' },
  PGR116: { exit: 4, meaning: 'a connection pooler would give sessions of the run to other clients' },
  PGR120: { exit: 2, meaning: 'the declared file is too large, too deep or has too many aliases' },
  PGR121: { exit: 2, meaning: 'the declared file is not valid YAML' },
  PGR122: { exit: 2, meaning: 'the declared file has an unknown key' },
  PGR123: { exit: 2, meaning: 'a value of the declared file has the wrong type or is out of range' },
  PGR124: { exit: 2, meaning: 'a variable is not set' },
  PGR125: { exit: 2, meaning: 'a password is written in the declared file' },
  PGR126: { exit: 2, meaning: 'the declared file cannot be read' },
  PGR127: { exit: 2, meaning: 'something required is missing from the declared file' },
  PGR128: { exit: 2, meaning: 'a step refers to something that is not declared before it' },
  PGR129: { exit: 2, meaning: 'an input or option of the front door is wrong' },
  PGR130: { exit: 4, meaning: 'a path leaves the workspace' },
  PGR131: { exit: 4, meaning: 'the dump set exists already' },
  PGR132: { exit: 2, meaning: 'an artifact name has a character that artifacts cannot have' },
  PGR133: { exit: 2, meaning: 'the retention exceeds what the repository allows' },
  PGR134: { exit: 2, meaning: 'artifacts do not exist where this runs' },
  PGR140: { exit: 4, meaning: 'an unencrypted dump would become public' },
  PGR141: { exit: 2, meaning: 'a dump is to be encrypted to nobody' },
  PGR142: { exit: 2, meaning: 'a recipient is not one that age knows' },
  PGR143: { exit: 2, meaning: 'a secret key is given where a recipient belongs' },
  PGR144: { exit: 2, meaning: 'a recipient is of a kind that only the age command knows' },
  PGR145: { exit: 2, meaning: 'an identity or passphrase cannot be used' },
  PGR146: { exit: 2, meaning: 'a dump set is encrypted, and nothing given decrypts it' },
  PGR147: { exit: 4, meaning: 'a dump set that is to be decrypted is not encrypted' },
  PGR150: { exit: 2, meaning: 'options that exclude each other are combined' },
  PGR151: { exit: 2, meaning: 'no client on this machine can talk to the server' },
  PGR152: { exit: 2, meaning: 'the client folder that was named holds no complete client' },
  PGR153: { exit: 2, meaning: 'no server programs for a throwaway server are on this machine' },
  PGR154: { exit: 4, meaning: 'a client below the security floor would execute the text of a dump' },
  PGR155: { exit: 2, meaning: 'an option of a tool cannot be given under `flags`' },
  PGR156: { exit: 2, meaning: 'the client does not have an option' },
  PGR160: { exit: 4, meaning: 'the target database is not empty' },
  PGR161: { exit: 4, meaning: 'the target is the database that was dumped' },
  PGR162: { exit: 4, meaning: 'the target connection is protected' },
  PGR163: { exit: 4, meaning: 'other sessions are connected to the target database' },
  PGR164: { exit: 2, meaning: 'roles that the dump needs do not exist on the target' },
  PGR165: { exit: 2, meaning: 'the target cannot hold something of the dump' },
  PGR166: { exit: 2, meaning: 'the target does not know the locale of a database' },
  PGR167: { exit: 2, meaning: 'tablespaces that the copy needs do not exist on the target' },
  PGR168: { exit: 2, meaning: 'extensions that were to be present are missing in the target' },
  PGR169: { exit: 2, meaning: 'the target takes no writes' },
  PGR170: { exit: 4, meaning: 'a dump set to be fetched may be made by others' },
  PGR171: { exit: 2, meaning: 'a folder is not a dump set' },
  PGR172: { exit: 3, meaning: 'a dump set is damaged' },
  PGR173: { exit: 4, meaning: 'the target says of itself that it is production' },
  PGR174: { exit: 4, meaning: 'a dump from elsewhere would run its code with rights that it is not trusted with' },
  PGR176: { exit: 4, meaning: 'a dump set to be fetched is larger than allowed, or than the disk has room for' },
  PGR177: { exit: 4, meaning: 'dump sets could not be deleted safely' },
  PGR180: { exit: 2, meaning: 'a filter matches nothing' },
  PGR181: { exit: 2, meaning: 'something that is restored needs something that is left out' },
  PGR182: { exit: 2, meaning: 'a list of entries does not fit the archive' },
  PGR183: { exit: 2, meaning: 'statements without names of columns would fill other columns' },
  PGR190: { exit: 1, meaning: 'the role may not read something that is to be dumped' },
  PGR191: { exit: 1, meaning: 'row-level security hides rows that are to be dumped' },
  PGR200: { exit: 1, meaning: 'the server cannot be reached' },
  PGR201: { exit: 1, meaning: 'the server refused the login' },
  PGR202: { exit: 1, meaning: 'the database does not exist' },
  PGR203: { exit: 1, meaning: 'the connection could not be encrypted or verified as asked' },
  PGR204: { exit: 1, meaning: 'the connection was lost' },
  PGR205: { exit: 1, meaning: 'the server refused a statement' },
  PGR206: { exit: 1, meaning: 'a lock was not obtained in time' },
  PGR207: { exit: 1, meaning: 'the command that gives a password failed' },
  PGR208: { exit: 1, meaning: 'definitions were changed while dumps shared a snapshot' },
  PGR209: { exit: 1, meaning: 'no connection to the server is free' },
  PGR210: { exit: 1, meaning: 'a client tool failed' },
  PGR211: { exit: 1, meaning: 'a client tool was killed' },
  PGR212: { exit: 1, meaning: 'a client tool could not be started' },
  PGR220: { exit: 1, meaning: 'the disk is full' },
  PGR221: { exit: 1, meaning: 'a file could not be read or written' },
  PGR230: { exit: 1, meaning: 'the artifact could not be published' },
  PGR231: { exit: 1, meaning: 'a published artifact could not be found, fetched or deleted' },
  PGR232: { exit: 1, meaning: 'a storage could not be read or written' },
  PGR233: { exit: 2, meaning: 'a name cannot be that of an object in a storage' },
  PGR234: { exit: 2, meaning: 'the address of a storage is malformed' },
  PGR240: { exit: 1, meaning: 'the throwaway server could not be started or has ended' },
  PGR250: { exit: 1, meaning: 'a package of a client or server could not be fetched' },
  PGR251: { exit: 4, meaning: 'a package differs from the one that is locked' },
  PGR252: { exit: 1, meaning: 'a package cannot be unpacked' },
  PGR253: { exit: 1, meaning: 'the packages of a client or server are not complete' },
  PGR254: { exit: 4, meaning: 'an installed client or server was changed' },
  PGR255: { exit: 1, meaning: 'a client or server cannot be run where it is to be installed' },
  PGR256: { exit: 2, meaning: 'the address of a package mirror or proxy is not usable' },
  PGR257: { exit: 1, meaning: 'a client that can be fetched is not installed yet' },
  PGR300: { exit: 3, meaning: 'the copy differs from the source' },
  PGR301: { exit: 3, meaning: 'the copy could not be verified' },
  PGR302: { exit: 3, meaning: 'an archive is damaged or of an unknown kind' },
  PGR500: { exit: 5, meaning: 'the peer stalled' },
  PGR501: { exit: 5, meaning: 'the run took longer than its limit' },
  PGR600: { exit: 130, meaning: 'the run was cancelled' },
  PGR900: { exit: 1, meaning: 'a defect of pg-roundtrip' },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof catalogue;

/** One thing that is wrong: what, and what to do about it. Neither text ever holds a secret. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  /** Where in the declared file, when it comes from there. Lines and columns count from 1. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
}

/** The one error that pg-roundtrip throws on purpose. It carries one problem or, for a declared file, all of them. */
export class RoundtripError extends Error {
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problems: Problem | readonly [Problem, ...Problem[]], cause?: unknown) {
    const all = 'code' in problems ? ([problems] as const) : problems;
    super(all.map(problem => `${problem.code} ${problem.message}`).join('\n'), { cause });
    this.name = 'RoundtripError';
    this.problems = all;
  }

  get code(): ErrorCode {
    return this.problems[0].code;
  }

  get exitCode(): ExitCode {
    return catalogue[this.code].exit;
  }
}

/** Makes the error for one problem. */
export function fault(code: ErrorCode, message: string, remedy: string, cause?: unknown): RoundtripError {
  return new RoundtripError({ code, message, remedy }, cause);
}

/** Throws when there are problems, with all of them at once. */
export function throwProblems(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw new RoundtripError([first, ...rest]);
}

/**
 * Any thrown value as a RoundtripError. A full disk (PGR220) and a file that could not be used (PGR221) can turn up
 * wherever files are; what else is not one of ours is a defect and says so without a bare stack.
 */
export function asRoundtripError(error: unknown): RoundtripError {
  if (error instanceof RoundtripError) return error;
  const known = fileFault(error);
  if (known !== undefined) return known;
  const text = error instanceof Error ? error.message : String(error);
  return fault('PGR900', `unexpected failure: ${text}`, 'please report it with the log of this run', error);
}

function fileFault(error: unknown): RoundtripError | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  const { code, syscall, message } = error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const place = 'path' in error && typeof error.path === 'string' ? `: ${error.path}` : '';
    return fault('PGR220', `the disk is full${place}`, 'free some space, or use a larger disk or runner', error);
  }
  if (!('path' in error) || String(syscall).startsWith('spawn')) return undefined;
  return fault(
    'PGR221',
    `a file could not be used: ${message}`,
    'check that it exists and that this user may use it',
    error,
  );
}
