const newline = 10;

/** Cuts bytes between rows: gives what ends with a newline, and holds the rest until its end has come. */
export function createRowSplitter() {
  // Pieces of a row that is longer than the chunks it comes in.
  let held: Buffer[] = [];
  return {
    /** The whole rows that are complete now, joined; undefined if there is none. */
    push(bytes: Buffer): Buffer | undefined {
      const end = bytes.lastIndexOf(newline) + 1;
      if (end === 0) {
        if (bytes.length > 0) held.push(bytes);
        return undefined;
      }
      const whole = bytes.subarray(0, end);
      const rows = held.length === 0 ? whole : Buffer.concat([...held, whole]);
      held = end < bytes.length ? [bytes.subarray(end)] : [];
      return rows;
    },
    /** What is left without a newline: nothing, where COPY has written it. */
    rest: (): Buffer => Buffer.concat(held),
  };
}
