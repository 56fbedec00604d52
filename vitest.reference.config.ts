import { defineConfig } from 'vitest/config';

/** Checks against published images, which are not part of the repository (VOXELITH_DATA=folder, default
 *  ../shared/data), and promises about many structures that take too long for every run. */
export default defineConfig({
  test: {
    include: ['test/published/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 120_000, fileParallelism: false,
  },
});
