import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/grid.js';
import { deconvolution, deconvolutionPlan, type BlurModel, type Deconvolution } from '../../src/kernels/deconvolve.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { normals, randomLabels } from '../random.js';
import { blurTwin, misfitTwin, neighbourLikelihoodTwin } from '../reference/deconvolve.js';
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

const open = <T>(
  use: 'fit' | 'marginals', body: (open: Open) => Promise<T>, values = grey, size: Shape = shape,
): Promise<T> =>
  session.run('deconvolution', deconvolutionPlan(size, session.threads, 3, use), 1, {}, async (frame) => {
    const window = await deconvolution(frame, values, size);
    return body({
      window,
      read: () => frame.read(window.labels, Uint8Array, values.length),
      write: (labels) => frame.write(window.labels, labels),
    });
  });

describe('labels under blur', () => {
  it('[oracle] relaxed labels are such that no single voxel inside does better with another class', async () => {
    const start = randomLabels(shape, { 0: 1, 1: 1, 2: 1 }, 3);
    const labels = await open('fit', async ({ window, read, write }) => {
      await write(start);
      await window.relax(model, { sweeps: 200, prior: PRIOR, by: 'best' }, 'test');
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
    const found = await open('fit', async ({ window, write }) => {
      await write(truth);
      return window.fit({ means: [30, 130, 190], blur: 0.8, noise: 20 }, 20);
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

  it('[oracle] the cost of unlike neighbours is that of the greatest pseudo-likelihood', async () => {
    const found = await open('fit', async ({ window, write }) => {
      await write(truth);
      return window.coupling(3, 0.4);
    });
    const at = (prior: number): number => neighbourLikelihoodTwin(truth, shape, 3, prior);
    expect(at(found)).toBeGreaterThan(at(found - 0.01));
    expect(at(found)).toBeGreaterThan(at(found + 0.01));
  });

  it('[oracle] draws have the probabilities of all labellings of a small window', async () => {
    const size: Shape = [2, 2, 3];
    const values = Float32Array.of(40, 60, 75, 80, 90, 70, 78, 60, 110, 75, 100, 66);
    const small: BlurModel = { means: [40, 110, 1e4], blur: 0.4, noise: 30 };
    const [prior, sweeps] = [0.2, 255];
    const expected = [0, 0];
    let sum = 0;
    for (let state = 0; state < 2 ** 12; state++) {
      const labels = Uint8Array.from(values, (_, i) => (state >> i) & 1);
      const weight = Math.exp(-misfitTwin(labels, values, size, small, prior));
      sum += weight;
      for (const k of labels) expected[k] += weight / 12;
    }
    const { fractions } = await open(
      'marginals', async ({ window, write }) => {
        await write(new Uint8Array(12));
        return window.likeliest(small, prior, sweeps, 'test');
      }, values, size,
    );
    expect(Math.abs(fractions[0] - expected[0] / sum)).toBeLessThan(0.03);
    expect(fractions[0] + fractions[1]).toBe(1);
  });

  it('[law] likeliest labels have the volume fractions that the draws had, and say how many are wrong', async () => {
    const noisy = { ...model, noise: 45 };
    const [labels, sure] = await open('marginals', async ({ window, read, write }) => {
      await write(truth);
      const marginals = await window.likeliest(noisy, 0.2, 30, 'test');
      return [await read(), marginals] as const;
    });
    for (let k = 0; k < 3; k++) {
      expect(labels.filter((label) => label === k).length / voxels).toBeCloseTo(sure.fractions[k], 1);
      expect(sure.doubt[k]).toBeGreaterThan(0);
      expect(sure.doubt[k]).toBeLessThan(1);
    }
  });

  it('[law] a plan of a larger window is larger', () => {
    const bytes = (n: number): number => peakBytes(deconvolutionPlan([n, n, n], 2, 3, 'fit'));
    expect(bytes(11)).toBeGreaterThan(bytes(10));
  });
});
