/** One option of a Postgres client tool, as its manual has it, and how a declared file reaches it. */
export interface ToolOption {
  /** The long name without dashes, which is also its name under `flags`. */
  readonly name: string;
  readonly letter?: string;
  readonly takes: Takes;
  /** Least and greatest number; 0 and above where nothing is said. */
  readonly range?: readonly [number, number];
  /** First major that has it; undefined for those older than any client that is supported. */
  readonly since?: number;
  /** Last major that has it; undefined while it is there. */
  readonly until?: number;
  readonly help: string;
  readonly status: Status;
  /** Undefined where it changes nothing that a comparison looks at. */
  readonly effect?: Effect;
}

/** What an option takes. `texts`: it may be given several times. `file`: the path of a file in the workspace. */
export type Takes = 'nothing' | 'text' | 'texts' | 'number' | 'file';

export type Status =
  | { readonly kind: 'free' }
  /** A key of the step sets it: its path within the step. */
  | { readonly kind: 'owned'; readonly key: string }
  /** A key of another part of the file sets it: its path from the top. */
  | { readonly kind: 'elsewhere'; readonly key: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What an option does to the archive or the copy, as far as a comparison has to know. */
export type Effect =
  /** The same is printed in another way, so the copy's definitions are read with it too. */
  | { readonly kind: 'prints' }
  /** It chooses what is dumped; the archive's table of contents says what that was. */
  | { readonly kind: 'selects' }
  /** The tables of the copy get the access method that its server prefers. */
  | { readonly kind: 'resets-access-methods' }
  /** Everything in the copy is in its database's own tablespace. */
  | { readonly kind: 'resets-tablespaces' }
  /** Rows that row security hides from the role are left out, so they must not be counted either. */
  | { readonly kind: 'hides-rows' }
  /** It is about something that is never compared. */
  | { readonly kind: 'not-compared'; readonly what: string };

export type ToolName = 'pg_dump' | 'pg_dumpall' | 'pg_restore' | 'psql';

export interface Tool {
  readonly name: ToolName;
  readonly options: readonly ToolOption[];
  /** Spellings that the tool takes and its help does not show, with what they stand for. */
  readonly spellings: Readonly<Record<string, string>>;
}

type Rest = Partial<Pick<ToolOption, 'letter' | 'range' | 'since' | 'until' | 'effect'>>;
type Row = (name: string, takes: Takes, help: string, rest?: Rest) => ToolOption;

/** An option for `flags`. */
export const free: Row = (name, takes, help, rest) => ({ name, takes, help, ...rest, status: { kind: 'free' } });

/** An option that a key of the step sets. */
export const owned =
  (key: string): Row =>
  (name, takes, help, rest) => ({ name, takes, help, ...rest, status: { kind: 'owned', key } });

/** An option that a key outside of the step sets. */
export const elsewhere =
  (key: string): Row =>
  (name, takes, help, rest) => ({ name, takes, help, ...rest, status: { kind: 'elsewhere', key } });

/** An option that cannot be given; the reason completes "--NAME cannot be given: …". */
export const refused =
  (reason: string): Row =>
  (name, takes, help, rest) => ({ name, takes, help, ...rest, status: { kind: 'refused', reason } });

/** The option of this name, however it is spelt; undefined where the tool has none. */
export function optionNamed(tool: Tool, spelling: string): ToolOption | undefined {
  const name = Object.hasOwn(tool.spellings, spelling) ? tool.spellings[spelling] : spelling;
  return tool.options.find(option => option.name === name);
}
