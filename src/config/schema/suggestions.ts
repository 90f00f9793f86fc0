import { nearest } from '../../postgres/connection/nearest.ts';
import type { SourceEntry } from '../source/tree.ts';
import type { Decoding, Kind } from './kind.ts';

/** Keys that people know from elsewhere, and what to write instead. */
export type KeyHints = Readonly<Record<string, string>>;

/** Reports a key that the object does not have, with the likeliest thing that was meant. */
export function reportUnknownKey(
  entry: SourceEntry,
  path: string,
  known: Readonly<Record<string, unknown>>,
  hints: KeyHints,
  { problems, placesOf }: Decoding,
): void {
  if (problems.full) return;
  const { question, remedy } = suggest(entry.key, Object.keys(known), hints, placesOf(entry.key));
  problems.report(
    'PGR122',
    entry.keyOrigin,
    path,
    `the key ${JSON.stringify(entry.key)} is unknown${question}`,
    remedy,
  );
}

function suggest(
  key: string,
  keys: readonly string[],
  hints: KeyHints,
  places: readonly string[],
): { readonly question: string; readonly remedy: string } {
  const meant = (candidate: string) => ({
    question: `; did you mean ${JSON.stringify(candidate)}?`,
    remedy: `write ${candidate}`,
  });
  const respelled = keys.find(candidate => plain(candidate) === plain(key));
  if (respelled !== undefined) return meant(respelled);
  if (Object.hasOwn(hints, key)) return { question: '', remedy: String(hints[key]) };
  if (key === '<<') return { question: ': merge keys are not supported', remedy: 'write the keys out' };
  if (places.length === 1 || places.length === 2)
    return { question: ' here', remedy: `put it under ${places.join(' or ')}` };
  const likely = likeliest(key, keys);
  if (likely !== undefined) return meant(likely);
  const shown = `${keys.slice(0, 15).join(', ')}${keys.length > 15 ? ' …' : ''}`;
  return { question: '', remedy: `the keys here are ${shown}` };
}

function plain(key: string): string {
  return key.replace(/[-_ ]/g, '').toLowerCase();
}

/** The key that a typing error could have turned into `word`, or whose first word it could be. */
function likeliest(word: string, keys: readonly string[]): string | undefined {
  if (word.length > 60) return undefined;
  const firstWords = new Map(keys.map(key => [key.split('-', 1).join(), key]));
  const firstWord = nearest(
    word,
    [...firstWords.keys()].filter(each => each.length > 3),
  );
  const anagram = keys.find(key => letters(key) === letters(word));
  return anagram ?? nearest(word, keys) ?? (firstWord === undefined ? undefined : firstWords.get(firstWord));
}

/** Swapped letters are the commonest slip, and count as two in an edit distance. */
function letters(word: string): string {
  return word.toLowerCase().split('').sort().join('');
}

/** For each key, the paths of the objects within `root` that have it. */
export function indexPlaces(root: Kind<unknown>): (key: string) => readonly string[] {
  const places = new Map<string, string[]>();
  const add = (key: string, place: string) => places.set(key, [...(places.get(key) ?? []), place]);
  const walk = (kind: Kind<unknown>, path: string): void => {
    const inside = (key: string, inner: Kind<unknown>) => {
      add(key, path === '' ? 'the top level' : path);
      walk(inner, path === '' ? key : `${path}.${key}`);
    };
    const { shape } = kind;
    if (shape.form === 'list') walk(shape.item, shape.item.shape.form === 'one-key' ? '' : path);
    else if (shape.form === 'record') walk(shape.value, `${path}.${shape.name}`);
    else if (shape.form === 'object') for (const [key, field] of Object.entries(shape.fields)) inside(key, field.kind);
    else if (shape.form === 'one-key') {
      for (const [key, one] of Object.entries(shape.cases)) {
        add(key, 'steps, as an item of its own');
        walk(one.kind, key);
      }
    }
  };
  walk(root, '');
  return key => places.get(key) ?? [];
}
