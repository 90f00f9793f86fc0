/** Types of browsers that the declarations of age-encryption name and that Node's do not have. */
type CryptoKey = import('node:crypto').webcrypto.CryptoKey;
type AuthenticationExtensionsPRFValues = Readonly<Record<string, unknown>>;
