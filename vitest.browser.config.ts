import { defineConfig } from 'vitest/config';

/** Drives the built demo page in a real Chromium; needs `npm run build` and a Chromium (CHROMIUM=path). */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 300_000, fileParallelism: false,
    expect: { poll: { timeout: 60_000 } },
  },
});
