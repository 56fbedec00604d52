// A solve that is cancelled at any moment ends, on all threads.
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../src/core/errors.js';
import { generate } from '../../src/structure/generate.js';
import { conduct } from '../../src/transport/conduct.js';
import { testSession } from '../session.js';

describe('a cancelled solve', () => {
  it('[law] ends whenever it is cancelled while parts are built, by one thread among several too', async () => {
    const session = await testSession({ threads: 2 });
    const parameters = { alpha: 0.3, lambda: 1.4, anisotropyFactor: 1 };
    const volume = await generate(session, { model: 'chi2', parameters, size: [72, 72, 72], seed: 1 });
    const options = { phase: 2, coarsening: 'parts' } as const;
    const began = performance.now();
    await conduct(session, volume, options);
    const whole = performance.now() - began;
    for (let k = 0; k < 120; k++) {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), (whole * k) / 120);
      const error: unknown = await conduct(session, volume, options, { signal: controller.signal })
        .then(() => null, (reason: unknown) => reason);
      clearTimeout(timer);
      if (error !== null) expect(error).toBeInstanceOf(CancelledError);
    }
  });
});
