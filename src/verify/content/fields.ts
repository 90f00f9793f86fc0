const tab = 9;
const newline = 10;

/** The fields of one row of COPY text, still escaped. Tabs and newlines inside of values are written as `\t` and `\n`. */
export function fieldsOf(row: Buffer): readonly Buffer[] {
  const end = row.at(-1) === newline ? row.length - 1 : row.length;
  const fields: Buffer[] = [];
  let start = 0;
  for (let at = row.indexOf(tab); at !== -1 && at < end; at = row.indexOf(tab, at + 1)) {
    fields.push(row.subarray(start, at));
    start = at + 1;
  }
  fields.push(row.subarray(start, end));
  return fields;
}

/** The row of these fields: what `fieldsOf` takes apart. */
export function rowOf(fields: readonly Buffer[]): Buffer {
  const parts = fields.flatMap((field, index) => (index === 0 ? [field] : [separator, field]));
  return Buffer.concat([...parts, ending]);
}

const separator = Buffer.from([tab]);
const ending = Buffer.from([newline]);

/** The value as a person reads it; undefined is NULL. */
export function readable(field: Buffer, encoding: BufferEncoding = 'utf8'): string | undefined {
  const text = field.toString(encoding);
  if (text === '\\N') return undefined;
  return text.replace(/\\([bfnrtv\\])/g, (_, letter: string) => escapes[letter] ?? letter);
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** A value as COPY writes it: what `readable` reads. */
export function written(value: string): string {
  return value.replace(/[\b\f\n\r\t\v\\]/g, sign => `\\${letters[sign] ?? sign}`);
}

const letters: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(escapes).map(([letter, sign]) => [sign, letter]),
);
