import type { TocEntry } from '../postgres/archive/model.ts';
import { diagnoses } from './catalogue.ts';
import type { About, Diagnosis } from './model.ts';

/** A message with its place in the catalogue. */
export interface Classified {
  readonly about: About;
  /** Undefined where the catalogue does not know it. */
  readonly diagnosis: Diagnosis | undefined;
  readonly captured: string;
}

/** The first diagnosis that fits. */
export function classify(about: About): Classified {
  for (const diagnosis of diagnoses) {
    if (diagnosis.programs?.includes(about.program) === false) continue;
    const { said } = about;
    const match = diagnosis.server?.exec(said.server ?? '') ?? diagnosis.tool?.exec(said.tool);
    if (match === undefined || match === null || diagnosis.when?.(said, about) === false) continue;
    return { about, diagnosis, captured: match.slice(1).find(group => group !== undefined) ?? '' };
  }
  return { about, diagnosis: undefined, captured: said(about) };
}

function said({ said: { server, tool } }: About): string {
  return server ?? tool;
}

/** Errors with the same key are one cause. */
export function causeOf({ about, diagnosis, captured }: Classified): string {
  if (diagnosis === undefined) return `? ${captured}`;
  return diagnosis.oneCause === true && about.held !== true ? diagnosis.kind : `${diagnosis.kind} ${captured}`;
}

/**
 * Whether the object of the entry is missing after this error: not where it is only its owner that was not changed, or
 * something that is said of it.
 */
export function leavesUnmade({ about, diagnosis }: Classified, entry: TocEntry): boolean {
  if (diagnosis?.class === 'benign') return false;
  if (entry.description === 'ACL' || entry.description === 'COMMENT') return false;
  return !/^ALTER [^;]+ OWNER TO [^;]+;\s*$/s.test(about.said.command ?? '');
}
