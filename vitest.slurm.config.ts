import { defineConfig } from 'vitest/config';

/** Studies on a Slurm that the test starts (Debian's packages slurm-wlm and munge, as root); needs `npm run build`. */
export default defineConfig({
  test: { include: ['test/slurm/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 60_000, fileParallelism: false },
});
