/** A value as JSON for programs: what is not known is `null` rather than left out. */
export function jsonText(value: unknown): string {
  return printable(JSON.stringify(value, (_, item: unknown) => (item === undefined ? null : item), 2));
}

/**
 * The same JSON in a form that stays JSON on its way through a log: signs that are shown in another way there, and the
 * beginning of a command of a runner (`##[…]`), are JSON's own escapes.
 */
export function printable(json: string): string {
  return json
    .replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, sign =>
      Array.from({ length: sign.length }, (_, index) => escaped(sign.charCodeAt(index))).join(''),
    )
    .replace(/#(?=#\w*\[)/g, escaped(0x23));
}

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
