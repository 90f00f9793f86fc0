/**
 * Where packed dump sets lie, as objects with keys: S3-compatible storage, a folder, or whatever a command reaches. It
 * does not know what is in them. Keys are relative, with `/` between their parts.
 */
export interface ObjectStore {
  /** For people; fits after "in". Without secrets. */
  readonly place: string;
  /**
   * Stores all of the content or nothing, and never overwrites.
   *
   * @throws PGR131 where the key is taken, PGR232 where it could not be stored.
   */
  put(key: string, content: ObjectContent, signal: AbortSignal): Promise<void>;
  /**
   * Reads an object from its beginning to its end, also across broken connections.
   *
   * @throws PGR231 where there is none, PGR232 where it could not be read to its end.
   */
  get(key: string, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Every object of the store. @throws PGR232 unless all could be listed. */
  list(signal: AbortSignal): Promise<readonly StoredObject[]>;
  remove(key: string, signal: AbortSignal): Promise<void>;
}

export interface ObjectContent {
  /** Exactly how many bytes come: what gives more or fewer is not stored. */
  readonly bytes: number;
  /** A store has used each before it asks for the next, so they may be one and the same memory. */
  readonly chunks: AsyncIterable<Buffer>;
}

/** Its size and time are undefined where the store does not tell. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number | undefined;
  readonly modifiedAt: Date | undefined;
}
