import { fault } from '../../errors.ts';

/** How a file of a package says where it was built, in place of where it is going to lie. */
export interface PrefixUse {
  /** A path, long enough that any other fits in its place. */
  readonly placeholder: string;
  readonly mode: 'text' | 'binary';
}

/**
 * A file's content with the folder that it is installed into instead of the placeholder. In a binary file each text
 * keeps its length: what the folder is shorter is filled up with zeros behind the text's end, and nothing moves.
 *
 * @throws PGR255 for a folder whose path is too long for that.
 */
export function replacePrefix(data: Buffer, { placeholder, mode }: PrefixUse, prefix: string): Buffer {
  const [from, to] = [placeholder, prefix].map(text => Buffer.from(text).toString('latin1')) as [string, string];
  if (mode === 'text')
    return Buffer.from(
      data.toString('latin1').replaceAll(from, () => to),
      'latin1',
    );
  if (to.length > from.length) throw tooLong(prefix, from.length);
  const copy = Buffer.from(data);
  for (let at = copy.indexOf(from, 0, 'latin1'), end = 0; at !== -1; at = copy.indexOf(from, end, 'latin1')) {
    end = copy.indexOf(0, at);
    // A text without an end is none that a program could read.
    if (end === -1) break;
    const text = copy.toString('latin1', at, end).replaceAll(from, () => to);
    copy.fill(0, at, end);
    copy.write(text, at, 'latin1');
  }
  return copy;
}

function tooLong(prefix: string, most: number): Error {
  return fault(
    'PGR255',
    `a client cannot be installed into ${prefix}: its programs have room for a path of ${most} bytes`,
    'set RUNNER_TOOL_CACHE, or XDG_CACHE_HOME outside Actions, to a folder with a shorter path',
  );
}
