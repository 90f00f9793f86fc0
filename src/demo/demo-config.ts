/** The variable that the demo's declared file asks for: the URL of a superuser of the server with the shop. */
export const demoVariable = 'SHOP_URL';

/** The database of the demo's source, and what its copy is called. */
export const demoDatabases = { source: 'shop', copy: 'shop_copy' } as const;

/** The declared file that the demo runs and prints: what a person would write for the job. */
export const demoConfig = `# The demo: dump a small shop, restore it elsewhere, prove that the copy equals the source.
version: 1
connections:
  shop:
    url: \${${demoVariable}}
    protected: true # never a restore target
  elsewhere:
    throwaway: true # started for this run, gone afterwards
steps:
  - dump:
      from: shop
      databases: [${demoDatabases.source}]
      globals: true # the roles that own things
      format: directory
      to: dumps/shop
  - restore:
      into: elsewhere
      as: { ${demoDatabases.source}: ${demoDatabases.copy} }
      analyze: true
  - verify:
      level: counts
  - publish:
      folder: published
`;
