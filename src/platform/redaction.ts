import { writtenForms } from '../secret.ts';

/** Hides values in everything that is printed. */
export interface Redactor {
  /** Hides every written form of a value from here on. What is too trivial to hide is for the caller to decide. */
  mask(value: string): void;
  /** The text with every hidden value replaced by `***`. */
  apply(text: string): string;
}

type Span = readonly [start: number, end: number];

/**
 * Makes an empty redactor. Text without a hidden value, which is nearly all of a log, costs one pass of one pattern;
 * only text with one is searched value by value, so that the tail of a value that overlaps another is hidden as well.
 */
export function createRedactor(): Redactor {
  const forms = new Set<string>();
  let anyForm: RegExp | undefined;
  return {
    mask(value) {
      for (const form of writtenForms(value)) forms.add(form);
      anyForm = patternOf(forms);
    },
    apply(text) {
      if (anyForm === undefined || !anyForm.test(text)) return text;
      return replaceSpans(text, merge([...forms].flatMap(form => occurrences(text, form))));
    },
  };
}

function patternOf(forms: ReadonlySet<string>): RegExp | undefined {
  if (forms.size === 0) return undefined;
  const longestFirst = [...forms].sort((one, other) => other.length - one.length);
  return new RegExp(longestFirst.map(literal).join('|'));
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function occurrences(text: string, form: string): readonly Span[] {
  const found: Span[] = [];
  for (let start = text.indexOf(form); start >= 0; start = text.indexOf(form, start + 1)) {
    found.push([start, start + form.length]);
  }
  return found;
}

/** Joins spans that overlap or touch: a neighbour's stars would only tell where one value ends. */
function merge(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((one, other) => one[0] - other[0])) {
    const last = merged.at(-1);
    if (last !== undefined && span[0] <= last[1]) merged.splice(-1, 1, [last[0], Math.max(last[1], span[1])]);
    else merged.push(span);
  }
  return merged;
}

function replaceSpans(text: string, spans: readonly Span[]): string {
  const kept = spans.map((span, index) => text.slice(index === 0 ? 0 : spans[index - 1]?.[1], span[0]));
  return `${kept.join('***')}***${text.slice(spans.at(-1)?.[1])}`;
}
