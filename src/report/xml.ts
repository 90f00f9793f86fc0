/** Finished XML, as opposed to text that is still to be escaped. */
export type Xml = string & { readonly finished: 'xml' };

/** One element with attributes and either children or text; both are escaped here and nowhere else. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: readonly Xml[] | string,
): Xml {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`);
  const start = `<${name}${written.join('')}`;
  if (content.length === 0) return finished(`${start}/>`);
  if (typeof content === 'string') return finished(`${start}>${characters(content)}</${name}>`);
  const children = content.map(child => `\n${child}`).join('');
  return finished(`${start}>${children}\n</${name}>`);
}

function finished(text: string): Xml {
  return text as Xml;
}

/** `>` is escaped as well, since `]]>` may not occur in text (XML 1.0, 2.4). */
function characters(text: string): string {
  return legal(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

/** White space as references, as a parser would turn it into blanks (XML 1.0, 3.3.3). */
function attribute(text: string): string {
  return characters(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** XML 1.0 can't hold most control characters, lone surrogates, U+FFFE and U+FFFF, not even as references (2.2). */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
