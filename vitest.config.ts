import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.ts';

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

/** A project whose files start many processes. It comes after the others. */
const processes = (name: string) => {
  const { test } = project(name, 60_000, 1);
  return { test: { ...test, setupFiles: ['./test/support/compile-cache.ts'] } };
};

/**
 * From functions alone (`unit`) through a real engine (`data`), the templates (`stack`) and the use cases with the local
 * Linear in one process (`process`) to the whole service (`flow`) and a browser.
 */
export default defineConfig({
  test: {
    // By default one core is left idle.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    globalSetup: './test/support/temporary-folder.ts',
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      project('unit', 5_000),
      project('data', 30_000),
      project('stack', 30_000),
      project('process', 60_000),
      processes('flow'),
      processes('browser'),
    ],
  },
});
