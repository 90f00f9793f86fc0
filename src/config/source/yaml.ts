import { Composer, type CST, type Document, LineCounter, type ParsedNode, Parser } from 'yaml';
import type { Problems } from '../problems.ts';
import { convert } from './convert.ts';
import { limits } from './limits.ts';
import type { Origin, SourceNode } from './tree.ts';
import type { Environment } from './variables.ts';
import { explainYaml } from './yaml-faults.ts';

/** Syntax errors beyond these are mostly echoes of the first. */
const mostSyntaxErrors = 5;

/**
 * Reads one YAML document into nodes with places, variables replaced. Undefined when it cannot be read at all; the
 * problems then say why. Nesting is measured on the parser's flat tokens first, as composing recurses.
 */
export function readYaml(text: string, environment: Environment, problems: Problems): SourceNode | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) {
    const what = `the file has ${bytes} bytes, more than ${limits.bytes}`;
    problems.report('PGR120', { kind: 'file', line: 1, column: 1 }, '', what, 'split the work into several files');
    return undefined;
  }
  const lines = new LineCounter();
  const originAt = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { kind: 'file', line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = firstTooDeep(tokens);
  if (deep !== undefined) {
    const what = `values are nested more than ${limits.depth} levels deep`;
    problems.report('PGR120', originAt(deep), '', what, 'nest less deeply');
    return undefined;
  }
  const document = compose(tokens, text, originAt, problems);
  return document === undefined ? undefined : convert(document, { environment, problems, originAt });
}

function firstTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: { readonly token: CST.Token; readonly depth: number }[] = tokens.map(token => ({ token, depth: 0 }));
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { token, depth } = entry;
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    if (depth >= limits.depth) return token.offset;
    for (const { key, value } of token.items) {
      for (const child of [key, value]) if (child) open.push({ token: child, depth: depth + 1 });
    }
  }
  return undefined;
}

function compose(
  tokens: readonly CST.Token[],
  text: string,
  originAt: (offset: number) => Origin,
  problems: Problems,
): Document.Parsed<ParsedNode> | undefined {
  const refuse = (offset: number, what: string, remedy: string) => {
    problems.report('PGR121', originAt(offset), '', what, remedy);
    return undefined;
  };
  const directive = tokens.find(token => token.type === 'directive');
  if (directive) return refuse(directive.offset, 'the file has a directive', 'remove the line that begins with %');
  // Keys are compared in `convert`, as the parser does it in quadratic time.
  const composer = new Composer({
    strict: true,
    stringKeys: true,
    uniqueKeys: false,
    merge: false,
    schema: 'core',
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (second) {
    const { what, remedy } = explainYaml('MULTIPLE_DOCS', '');
    return refuse(second.range[0], what, remedy);
  }
  if (document === undefined || document.errors.length + document.warnings.length === 0) {
    return document;
  }
  for (const { code, pos } of [...document.errors, ...document.warnings].slice(0, mostSyntaxErrors)) {
    const { what, remedy, derails } = explainYaml(code, lineAt(text, pos[0]));
    problems.report(code === 'RESOURCE_EXHAUSTION' ? 'PGR120' : 'PGR121', originAt(pos[0]), '', what, remedy);
    if (derails) break;
  }
  return undefined;
}

function lineAt(text: string, offset: number): string {
  const [line = ''] = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1);
  return line;
}
