/**
 * What a declared file may be at most; a person writes nothing near it. Depth counts
 * lists and maps inside each other, `replaced` the letters of all texts that hold variables.
 */
export const limits = { bytes: 1024 * 1024, depth: 64, values: 100_000, replaced: 4 * 1024 * 1024 } as const;
