import { fault, type RoundtripError } from '../../../errors.ts';

/** What every reader of data throws for bytes that pg_dump does not write. */
export function damagedData(file: string, what: string): RoundtripError {
  return fault(
    'PGR302',
    `the data in ${file} is damaged: ${what}`,
    'make the dump again, or fetch it again if it was copied from elsewhere',
  );
}
