import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml';
import type { Problems } from '../problems.ts';
import { limits } from './limits.ts';
import type { Origin, SourceEntry, SourceNode, SourceScalar } from './tree.ts';
import { type Environment, replaceVariables } from './variables.ts';

interface Conversion {
  readonly environment: Environment;
  readonly problems: Problems;
  readonly originAt: (offset: number) => Origin;
}

interface Sized {
  readonly node: SourceNode;
  /** How many values it would hold if every alias were written out. */
  readonly size: number;
}

/**
 * Turns a composed document into nodes. An alias becomes the very node that its anchor became, so nothing is copied;
 * yet its size is counted each time, and what would unfold beyond the limit is refused.
 */
export function convert(document: Document.Parsed<ParsedNode>, conversion: Conversion): SourceNode | undefined {
  const { problems, originAt } = conversion;
  const anchors = new Map<string, Sized>();
  let replaced = 0;
  const spend = (letters: number) => {
    replaced += letters;
    return replaced <= limits.replaced;
  };

  const node = (parsed: ParsedNode | null | undefined, fallback: Origin): Sized => {
    if (parsed === null || parsed === undefined) return { node: nothing(fallback), size: 1 };
    const origin = originAt(parsed.range[0]);
    if (isAlias(parsed)) {
      const target = anchors.get(parsed.source);
      if (target !== undefined) return target;
      problems.report('PGR121', origin, '', 'an alias has no anchor before it', 'declare the anchor above, with &name');
      return { node: { kind: 'broken', origin }, size: 1 };
    }
    const made = isScalar(parsed)
      ? { node: scalar(parsed, origin, conversion, spend), size: 1 }
      : collection(parsed, origin);
    if (parsed.anchor !== undefined) anchors.set(parsed.anchor, made);
    return made;
  };

  const collection = (parsed: ParsedNode, origin: Origin): Sized => {
    if (isSeq(parsed)) {
      const items = parsed.items.map(item => node(item, origin));
      return { node: { kind: 'list', origin, items: items.map(item => item.node) }, size: total(items) };
    }
    if (!isMap(parsed)) return { node: nothing(origin), size: 1 };
    const entries: SourceEntry[] = [];
    const sizes: Sized[] = [];
    const first = new Map<string, Origin>();
    for (const pair of parsed.items) {
      const parsedKey = pair.key;
      const keyOrigin = originAt(parsedKey.range[0]);
      const key = keyText(parsedKey);
      const earlier = first.get(key);
      if (earlier !== undefined) duplicate(key, keyOrigin, earlier, problems);
      else first.set(key, keyOrigin);
      const value = node(pair.value, keyOrigin);
      sizes.push(value);
      if (earlier === undefined) entries.push({ key, keyOrigin, value: value.node });
    }
    return { node: { kind: 'map', origin, entries }, size: total(sizes) };
  };

  const { node: root, size } = node(document.contents, { kind: 'file', line: 1, column: 1 });
  if (size <= limits.values) return root;
  const what = `the file holds more than ${limits.values} values once its aliases are replaced`;
  problems.report('PGR120', root.origin, '', what, 'use fewer aliases and shorter lists');
  return undefined;
}

function total(parts: readonly Sized[]): number {
  return parts.reduce((sum, part) => sum + part.size, 1);
}

function nothing(origin: Origin): SourceScalar {
  return { kind: 'scalar', origin, value: null, spelling: '', pieces: [] };
}

/** Keys are taken as they are spelled: variables in them are not replaced. */
function keyText(key: ParsedNode): string {
  if (!isScalar(key)) return '*';
  return typeof key.value === 'string' ? key.value : (key.source ?? '');
}

function duplicate(key: string, origin: Origin, earlier: Origin, problems: Problems): void {
  const where = earlier.kind === 'file' ? ` (first in line ${earlier.line})` : '';
  const what = `the key ${JSON.stringify(key)} is given twice${where}`;
  problems.report('PGR121', origin, '', what, 'keep one of the two');
}

function scalar(
  parsed: Scalar.Parsed,
  origin: Origin,
  { environment, problems }: Conversion,
  spend: (letters: number) => boolean,
): SourceNode {
  const { value } = parsed;
  if (typeof value === 'number' || typeof value === 'boolean') {
    const spelling = parsed.source;
    return { kind: 'scalar', origin, value, spelling, pieces: [{ text: spelling, foreign: false }] };
  }
  if (typeof value !== 'string') return nothing(origin);
  if (!value.includes('${')) {
    return { kind: 'scalar', origin, value, spelling: value, pieces: [{ text: value, foreign: false }] };
  }
  const { pieces, faults } = replaceVariables(value, environment);
  for (const { code, what, remedy } of faults) problems.report(code, origin, '', what, remedy);
  if (faults.length > 0) return { kind: 'broken', origin };
  if (!spend(pieces.reduce((sum, piece) => sum + piece.text.length, 0))) {
    const what = `variables fill the file to more than ${limits.replaced} letters`;
    problems.report('PGR120', origin, '', what, 'use shorter variables, or fewer of them');
    return { kind: 'broken', origin };
  }
  const text = pieces.map(piece => piece.text).join('');
  return { kind: 'scalar', origin, value: text, spelling: text, pieces };
}
