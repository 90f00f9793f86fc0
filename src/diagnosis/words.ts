import { quoteIdentifier } from '../postgres/quote.ts';

/** A name as SQL that can be pasted; where it is not known, a word in capitals that stands for it. */
export function sqlName(name: string | undefined, standIn: string): string {
  return name === undefined || name === '' ? standIn : quoteIdentifier(name);
}
