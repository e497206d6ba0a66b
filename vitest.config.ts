import { defineConfig } from 'vitest/config';

/** What a test polls for may take as long as the test, because the machine may be busy. */
const project = (name: string, testTimeout: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: 60_000,
    expect: { poll: { timeout: testTimeout } },
  },
});

/** Four speeds and a browser. What runs the whole stack runs one file at a time. */
export default defineConfig({
  test: {
    globalSetup: './test/support/temporary-folder.ts',
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      project('unit', 5_000),
      project('data', 30_000),
      project('stack', 30_000),
      { test: { ...project('flow', 60_000).test, fileParallelism: false } },
      { test: { ...project('browser', 60_000).test, fileParallelism: false } },
    ],
  },
});
