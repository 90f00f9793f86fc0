import { clip, visible } from './text.ts';

const nameLimit = 200;
const proseLimit = 2000;

/**
 * Foreign text as prose in GitHub-flavoured Markdown: one line that shows as it is and forms no markup, no HTML, no
 * link, no table cell and no workflow command. Character references are used instead of backslashes, as they hold in
 * Markdown, in HTML blocks and in table cells alike (GFM specification, 2.5 and 4.10).
 */
export function prose(text: string): string {
  return visible(clip(text.trim(), proseLimit).replace(/\s*[\r\n]+\s*/g, ' '))
    .replace(/[&<>|\\`*~[\]#$@]|:(?! )|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, reference)
    .replace(/^[-+=]/, reference)
    .replace(/^(\d+)([.)])(?= |$)/, (_all, number: string, sign: string) => number + reference(sign))
    .replace(/\bwww\./gi, start => start.replace('.', '&#46;'));
}

/** Foreign text as code: a plain name in backticks, anything else in an element whose every sign is a reference. */
export function code(text: string): string {
  const shown = visible(clip(text, nameLimit));
  if (/^[\p{L}\p{N}_.(](?:[\p{L}\p{N}_.,:@=%?&'"+;()/-]| (?=\S))*$/u.test(shown) && !shown.includes('::'))
    return `\`${shown}\``;
  const element = shown.replace(/[^A-Za-z0-9 .,\u{a0}-\u{10ffff}]/gu, reference);
  return `<code>${element.replace(/(?<= ) |^ | $/g, '&#160;')}</code>`;
}

function reference(sign: string): string {
  return `&#${sign.codePointAt(0)};`;
}

/** A link where the address is an ordinary relative or https one, else the text alone. */
export function link(text: string, address: string | undefined): string {
  if (address === undefined || !/^(?:https:\/\/)?(?!\/\/)[\w./][\w./?=&%#-]*$/.test(address)) return code(text);
  return `[${code(text)}](${address})`;
}
