/** GitHub refuses the whole summary of a step when its file is larger (actions/runner, CreateStepSummaryCommand). */
export const summaryLimitBytes = 1024 * 1024;

/** Annotations of one kind that GitHub shows of one step; it drops those after. */
export const annotationsPerLevel = 10;

/** GitHub cuts longer annotation messages without a word. */
export const annotationLimit = 4096;

const cutNote = '> This summary is cut, as GitHub takes at most 1 MiB. The report file holds all of it.\n\n';

/**
 * The Markdown if it fits into so many bytes, else as many whole lines as fit, with a note before them: after them, it
 * would vanish inside a table or a code block that was cut open.
 */
export function fitSummary(markdown: string, roomBytes: number): string {
  if (Buffer.byteLength(markdown) <= roomBytes) return markdown;
  const room = roomBytes - Buffer.byteLength(cutNote);
  if (room < 0) return '';
  const kept = Buffer.from(markdown).subarray(0, room);
  return `${cutNote}${kept.subarray(0, kept.lastIndexOf('\n') + 1).toString()}`;
}

/** The message if GitHub shows it whole, else its beginning. */
export function fitAnnotation(message: string): string {
  const rest = ' … (the log has all of it)';
  return message.length <= annotationLimit ? message : `${message.slice(0, annotationLimit - rest.length)}${rest}`;
}
