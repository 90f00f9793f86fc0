import { quoteLiteral, quoteQualified } from '../../postgres/quote.ts';

/**
 * The column list of an archive's `COPY s.t (a, b) FROM stdin;`, with its parentheses; empty for a table without
 * columns, undefined if it is no such statement. The table's name in front of it may be another one (a partition's
 * root) and anything but simple, so both are scanned with respect for quotes.
 */
export function columnList(copyStatement: string): string | undefined {
  const head = /^COPY (?:"(?:[^"]|"")+"|[^\s."(]+)(?:\.(?:"(?:[^"]|"")+"|[^\s."(]+))? +/.exec(copyStatement);
  if (head === null) return undefined;
  const list = /^(\((?:"(?:[^"]|"")*"|[^"()])*\) )?FROM stdin;\s*$/.exec(copyStatement.slice(head[0].length));
  return list === null ? undefined : (list[1] ?? '').trim();
}

/** Names of the columns in their order, unquoted. */
export function columnNames(list: string): readonly string[] {
  return [...list.matchAll(/"((?:[^"]|"")*)"|([^\s,()"]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}

export interface CopiedTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: string;
  /** A whole WHERE clause, where only some rows are in the archive (configuration tables of extensions). */
  readonly predicate?: string | undefined;
  /** True where rows of several partitions can only be compared together. */
  readonly partitioned?: boolean;
  /** In which the bytes are wanted, as Postgres names it; by default the session's. */
  readonly encoding?: string;
  /** A condition, where only some rows are asked for; not beside a predicate. */
  readonly where?: string;
}

/** What gives a table's rows as the archive holds them. */
export function copyStatement({ schema, name, columns, predicate, partitioned, encoding, where }: CopiedTable): string {
  const table = quoteQualified(schema, name);
  const form = encoding === undefined ? '' : ` (encoding ${quoteLiteral(encoding)})`;
  if (predicate === undefined && partitioned !== true && where === undefined)
    return `copy ${table} ${columns} to stdout${form}`;
  // On lines of its own, as a predicate may end in a comment.
  const names = columns.replace(/^\(|\)$/g, '');
  const chosen = predicate !== undefined ? `\n${predicate}\n` : where === undefined ? '' : ` where ${where}`;
  return `copy (select ${names} from ${partitioned === true ? '' : 'only '}${table}${chosen}) to stdout${form}`;
}
