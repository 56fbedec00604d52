import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/grid.js';
import { deconvolution, deconvolutionPlan, type BlurModel, type Deconvolution } from '../../src/kernels/deconvolve.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { normals, randomLabels } from '../random.js';
import { blurTwin, misfitTwin } from '../reference/deconvolve.js';
import { testSession } from '../session.js';

const session = await testSession({ threads: 3 });
const shape: Shape = [17, 19, 23];
const voxels = 17 * 19 * 23;
const model: BlurModel = { means: [40, 110, 210], blur: 0.5, noise: 12 };
const PRIOR = 0.6;
const normal = normals(4);
const truth = randomLabels(shape, { 0: 0.3, 1: 0.4, 2: 0.3 }, 8, 6);
const sharp = Float64Array.from(truth, (k) => model.means[k]);
const grey = Float32Array.from(blurTwin(sharp, shape, model.blur), (value) => value + model.noise * normal());

interface Open {
  readonly window: Deconvolution;
  read(): Promise<Uint8Array>;
  write(labels: Uint8Array): Promise<void>;
}

const open = <T>(body: (open: Open) => Promise<T>): Promise<T> =>
  session.run('deconvolution', deconvolutionPlan(shape, session.threads, 3), voxels, {}, async (frame) => {
    const window = await deconvolution(frame, grey, shape);
    return body({
      window,
      read: () => frame.read(window.labels, Uint8Array, voxels),
      write: (labels) => frame.write(window.labels, labels),
    });
  });

describe('labels under blur', () => {
  it('[oracle] relaxed labels are such that no single voxel inside does better with another class', async () => {
    const start = randomLabels(shape, { 0: 1, 1: 1, 2: 1 }, 3);
    const labels = await open(async ({ window, read, write }) => {
      await write(start);
      await window.relax(model, { sweeps: 200, prior: PRIOR, temperature: 0 }, 'test');
      return read();
    });
    const energy = (some: Uint8Array): number => misfitTwin(some, grey, shape, model, PRIOR);
    expect(energy(labels)).toBeLessThan(energy(start));
    const now = energy(labels);
    const trial = labels.slice();
    // Near the faces the kernel follows a change only nearly: see FRESH.
    for (let n = 0; n < 60; n++) {
      const [z, y, x] = [5 + (n * 7) % 7, 5 + (n * 5) % 9, 5 + (n * 11) % 13];
      const at = (z * 19 + y) * 23 + x;
      for (let k = 0; k < 3; k++) {
        trial[at] = k;
        expect(energy(trial) - now).toBeGreaterThan(-1e-3);
      }
      trial[at] = labels[at];
    }
  });

  it('[oracle] means, blur and noise are those of least squares', async () => {
    const found = await open(async ({ window, write }) => {
      await write(truth);
      return window.fit(3, 0.6);
    });
    expect(found.blur).toBeCloseTo(0.5, 1);
    const square = ({ means, blur }: BlurModel): number => {
      const blurred = blurTwin(Float64Array.from(truth, (k) => means[k]), shape, blur);
      return blurred.reduce((sum, value, i) => sum + (grey[i] - value) ** 2, 0);
    };
    const best = square(found);
    expect(Math.sqrt(best / voxels) / found.noise).toBeCloseTo(1, 4);
    for (let k = 0; k < 3; k++) {
      for (const step of [-0.5, 0.5]) {
        const means = found.means.map((mean, i) => mean + (i === k ? step : 0));
        expect(square({ ...found, means })).toBeGreaterThan(best);
      }
    }
    for (const step of [-0.03, 0.03]) expect(square({ ...found, blur: found.blur + step })).toBeGreaterThan(best);
  });

  it('[law] a plan of a larger window is larger', () => {
    const bytes = (n: number): number => peakBytes(deconvolutionPlan([n, n, n], 2, 3));
    expect(bytes(11)).toBeGreaterThan(bytes(10));
  });
});
