/**
 * What the text of a dump depends on and pg_dump does not set itself. With the zone and the forms of bytea and
 * money pinned, the data of a restored copy can be compared byte for byte (measured: without, every row with a time zone may
 * differ), and money means the same amount to a server of another region.
 */
export const pinnedEnvironment = { PGTZ: 'UTC' } as const;
const pinnedOptions = '-c bytea_output=hex -c lc_monetary=C';

/** The connection with our server options behind its own: the last one wins. */
export function withPinnedOptions<Parameters extends { readonly options: string | undefined }>(
  parameters: Parameters,
): Parameters {
  return {
    ...parameters,
    options: parameters.options === undefined ? pinnedOptions : `${parameters.options} ${pinnedOptions}`,
  };
}

/** The connection with a chosen option before its own ones, so that what the file says wins. */
export function withMaintenance<Parameters extends { readonly options: string | undefined }>(
  parameters: Parameters,
  chosen: string | undefined,
): Parameters {
  if (chosen === undefined) return parameters;
  return { ...parameters, options: parameters.options === undefined ? chosen : `${chosen} ${parameters.options}` };
}
