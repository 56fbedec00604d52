import { defineConfig } from 'vitest/config';

/** Promises about calibrations of many structures: a quarter of an hour, so not in every run of CI. */
export default defineConfig({
  test: {
    include: ['test/recovery/**/*.test.ts'], testTimeout: 1_800_000, hookTimeout: 120_000, fileParallelism: false,
  },
});
