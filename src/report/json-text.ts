/**
 * A value as JSON for programs: what is not known is `null` rather than left out. Signs that a log would show in another
 * way, and the beginning of a command of a runner (`##[…]`), are JSON's own escapes, so that what is printed is still JSON.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) => (item === undefined ? null : item), 2);
  return text
    .replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, sign =>
      Array.from({ length: sign.length }, (_, index) => escaped(sign.charCodeAt(index))).join(''),
    )
    .replace(/#(?=#\w*\[)/g, escaped(0x23));
}

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
