/** A version of a server or client, as `server_version_num` and `--version` give it. */
export interface PostgresVersion {
  readonly major: number;
  readonly minor: number;
  /** As the program prints it, for people. */
  readonly text: string;
}

/** From `server_version_num`, e.g. 150018 → 15.18. Servers before 10 are outside what any supported client can dump. */
export function fromServerVersionNumber(number: number, text: string): PostgresVersion {
  return { major: Math.trunc(number / 10_000), minor: number % 10_000, text };
}

/** From a tool's `--version`, e.g. `pg_dump (PostgreSQL) 15.18 (Debian …)`, `19beta2`, `19rc1`; undefined if it is none. */
export function fromProgramVersion(output: string): PostgresVersion | undefined {
  const match = /\(PostgreSQL\) ((\d+)(?:\.(\d+))?(?:devel|alpha\d+|beta\d+|rc\d+)?)/.exec(output);
  if (match?.[1] === undefined) return undefined;
  return { major: Number(match[2]), minor: Number(match[3] ?? 0), text: match[1] };
}
