import { everything, rows } from './queries.ts';

/** What is to be found when a recipe has been run. */
export interface Expectation {
  /** Statements beforehand, by database of the server `scratch`; the databases are made for them. */
  readonly before?: Readonly<Record<string, string>>;
  /** What the recipe before has left on the server stays. */
  readonly keeps?: true;
  /** Restores the dump set of the first recipe beforehand. */
  readonly restored?: true;
  /** Not everything that it makes is restored and compared. */
  readonly unproven?: true;
  /** What a query finds in databases of the server `scratch`, or in `older/DATABASE`. */
  readonly finds?: readonly (readonly [database: string, query: string, found: string | null])[];
  /** Files of the dump set, or lines of one of them. */
  readonly holds?: readonly (readonly [path: string, text: RegExp])[];
  readonly lacks?: readonly (readonly [path: string, text: RegExp])[];
  /** The phases of the last restore. */
  readonly phases?: readonly string[];
}

/** The database of production, whole. */
export const whole: Expectation = { finds: [['app', rows, everything]] };
