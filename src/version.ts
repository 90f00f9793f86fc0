/** Version of pg-roundtrip; a test compares it with package.json, which the bundles cannot read. */
export const version = '0.1.0';
