import { defineConfig } from 'vitest/config';

/** What a test polls for may take as long as the test, because the machine may be busy. */
const project = (name: string, testTimeout: number, groupOrder = 0) => ({
  test: {
    name,
    sequence: { groupOrder },
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: 60_000,
    expect: { poll: { timeout: testTimeout } },
  },
});

/**
 * From functions alone (`unit`) through a real engine (`data`), the templates (`stack`) and the use cases with the local
 * Linear in one process (`process`) to the whole service (`flow`) and a browser. The last two come last, because each of
 * their files starts many processes.
 */
export default defineConfig({
  test: {
    // By default one core is left idle.
    maxWorkers: '100%',
    globalSetup: './test/support/temporary-folder.ts',
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      project('unit', 5_000),
      project('data', 30_000),
      project('stack', 30_000),
      project('process', 60_000),
      project('flow', 60_000, 1),
      project('browser', 60_000, 1),
    ],
  },
});
