import { listingFacts, renderListing } from '../look/render-listing.ts';
import { jsonText } from '../report/json-text.ts';
import type { SetListing } from '../storage/listing.ts';
import { version } from '../version.ts';

export interface LsCommand {
  /** Each kind of place has its own. */
  readonly list: () => Promise<SetListing>;
  readonly json: boolean;
  readonly width: number | undefined;
}

/** Lists dump sets, newest first, and what is none. */
export async function lsCommand({ list, json, width }: LsCommand): Promise<string> {
  const listing = await list();
  if (!json) return renderListing(listing, { width });
  return jsonText({ schema: 1, tool: { name: 'pg-roundtrip', version }, ...listingFacts(listing) });
}
