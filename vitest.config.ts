import { defineConfig } from 'vitest/config';

/** No test is judged by the speed of the machine: these limits end only what hangs. */
const HANGS_MS = 600_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/published/**', 'test/recovery/**', 'test/slurm/**', 'node_modules/**'],
    testTimeout: HANGS_MS,
    hookTimeout: HANGS_MS,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
  },
});
