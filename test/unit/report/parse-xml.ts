/** An element as a parser sees it: references replaced, white space between elements dropped. */
export interface Parsed {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Parsed[];
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Parsed[];
  text: string;
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const token = /<\?xml[^?]*\?>|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/uy;

/** Parses the part of XML 1.0 that reports use, and throws for anything that is not well-formed. */
export function parseXml(source: string): Parsed {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(source)) throw new Error('illegal character');
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack: Open[] = [root];
  let position = 0;
  while (position < source.length) {
    token.lastIndex = position;
    const match = token.exec(source);
    if (match === null) throw new Error(`not well-formed at ${source.slice(position, position + 60)}`);
    position = token.lastIndex;
    const [, end, start, attributes = '', empty, text] = match;
    const current = stack.at(-1) ?? root;
    if (start !== undefined) {
      const open: Open = { name: start, attributes: parseAttributes(attributes), children: [], text: '' };
      if (empty === '/') current.children.push(open);
      else stack.push(open);
    } else if (end !== undefined) {
      if (stack.length < 2 || current.name !== end) throw new Error(`</${end}> closes <${current.name}>`);
      stack.pop();
      (stack.at(-1) ?? root).children.push(current);
    } else if (text !== undefined) {
      if (text.includes(']]>')) throw new Error(']]> in text');
      current.text += resolve(text);
    }
  }
  const [only, ...others] = root.children;
  if (only === undefined || others.length > 0 || stack.length !== 1) throw new Error('there must be one root element');
  return only;
}

function parseAttributes(source: string): Readonly<Record<string, string>> {
  const pairs = Array.from(
    source.matchAll(/ ([\w-]+)="([^"]*)"/g),
    ([, name = '', value = '']) => [name, value] as const,
  );
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error('an attribute is given twice');
  return Object.fromEntries(pairs.map(([name, value]) => [name, resolve(value.replace(/[\t\n\r]/g, ' '))]));
}

function resolve(text: string): string {
  return text.replace(/&(?:#(\d+);|(\w+);)?/g, (_all, code?: string, name?: string) => {
    const value = code === undefined ? named[name ?? ''] : String.fromCodePoint(Number(code));
    if (value === undefined) throw new Error('a bare & or an unknown reference');
    return value;
  });
}
