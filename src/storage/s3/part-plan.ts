const mebibyte = 1 << 20;
/** S3's own limits: parts of an upload, and bytes of all but its last one. */
export const mostParts = 10_000;
export const smallestPart = 5 * mebibyte;

/** How an object is cut for its upload. */
export interface PartPlan {
  /** Of every part but the last, which has the rest. */
  readonly partBytes: number;
  readonly parts: number;
  /** How many parts may be in memory at once. */
  readonly buffers: number;
}

export interface PartLimits {
  /** Bytes of a part, unless an object has too many of these. */
  readonly partBytes: number;
  /** Bytes of all parts that are in memory, unless a single part has more. */
  readonly memory: number;
}

/** An object of up to 78 GiB is cut into parts of 8 MiB, of which five are in memory: four on their way, one filling. */
export const usualLimits: PartLimits = { partBytes: 8 * mebibyte, memory: 64 * mebibyte };

const mostBuffers = 5;

/**
 * Cuts an object into as many equal parts as it needs. The same size always gives the same cut, so that the checksum of
 * checksums of a stored object can be computed again. Beyond 625 GiB a part is larger than `memory`: then one is held.
 */
export function planParts(bytes: number, limits: PartLimits): PartPlan {
  const fits = bytes <= limits.partBytes * mostParts;
  const partBytes = fits ? limits.partBytes : Math.ceil(bytes / mostParts / mebibyte) * mebibyte;
  const buffers = Math.min(mostBuffers, Math.max(1, Math.floor(limits.memory / partBytes)));
  return { partBytes, parts: Math.max(1, Math.ceil(bytes / partBytes)), buffers };
}
