/** A decoded text, or where (from 0) an escape in it is wrong. */
export type Decoded =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bad escape'; readonly index: number };

/**
 * Undoes percent escapes as libpq does: `%` must be followed by two hexadecimal digits, `+` stays a plus.
 * Bytes that are no UTF-8 are refused, as no session of ours could send them on unchanged.
 */
export function percentDecode(text: string): Decoded {
  const bad = text.search(/%(?![0-9A-Fa-f]{2})/);
  if (bad >= 0) return { kind: 'bad escape', index: bad };
  try {
    return { kind: 'text', text: decodeURIComponent(text) };
  } catch {
    return { kind: 'bad escape', index: text.indexOf('%') };
  }
}
