/** What the server says to one request, before any fault changes it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A refusal, by S3's own code. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, string>>;

  constructor(status: number, code: string, extra: Readonly<Record<string, string>> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: Buffer.alloc(0) };
}

export function xml(status: number, root: string, content: string): Answer {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(text) };
}

export function element(name: string, value: string | number | boolean): string {
  return `<${name}>${escaped(String(value))}</${name}>`;
}

export function refused({ status, code, extra }: Refusal): Answer {
  const fields = Object.entries({ Code: code, Message: `It says ${code}.`, ...extra });
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${fields.map(([name, value]) => element(name, value)).join('')}</Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(text) };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** The texts of all elements of a name, in a document that the SDK has written. */
export function elements(document: string, name: string): readonly string[] {
  const found = document.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'));
  return Array.from(found, ([, text = '']) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
}
