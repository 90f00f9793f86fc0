import { defineConfig } from 'vitest/config';

/** Pure tests run side by side; tests that start servers share two cores, so they run one file after another. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          // Tests look at processes in the moment in which servers fork them: one more look before it counts as broken.
          retry: 1,
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
