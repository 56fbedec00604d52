import { defineConfig } from 'vitest/config';

/** Checks against published images; they are not part of the repository: VOXELITH_DATA=folder, default ../shared/data. */
export default defineConfig({
  test: { include: ['test/published/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 120_000, fileParallelism: false },
});
