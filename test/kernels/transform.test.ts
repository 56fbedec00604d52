import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import {
  fieldBytes, fieldPitch, forwardTransform, inverseTransform, openTransform, transformPlan,
} from '../../src/kernels/transform.js';
import type { Session } from '../../src/runtime/session.js';
import { uniform } from '../random.js';
import { inverseDft } from '../reference/dft.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();

/** Rows of nx numbers, spread to the pitch; NaN between them. */
function spread(values: ArrayLike<number>, [nz, ny, nx]: Shape): Float32Array {
  const pitch = fieldPitch(nx);
  const out = new Float32Array(nz * ny * pitch).fill(NaN);
  for (let i = 0; i < values.length; i++) out[Math.floor(i / nx) * pitch + (i % nx)] = values[i];
  return out;
}

function gather(field: Float32Array, [nz, ny, nx]: Shape): Float32Array {
  const pitch = fieldPitch(nx);
  return Float32Array.from({ length: nz * ny * nx }, (_, i) => field[Math.floor(i / nx) * pitch + (i % nx)]);
}

async function transformed(
  s: Session, shape: Shape, field: Float32Array, steps: readonly ('forward' | 'inverse')[],
): Promise<Float32Array> {
  const plan = { leases: [{ name: 'field', bytes: fieldBytes(shape) }, ...transformPlan(shape, s.threads)] };
  return s.run('transform', plan, 0, {}, async (frame) => {
    const lease = frame.lease('field', fieldBytes(shape));
    const transform = await openTransform(frame, shape);
    await frame.write(lease, field);
    for (const step of steps) {
      await (step === 'forward' ? forwardTransform : inverseTransform)(frame, transform, lease);
      for (const largest of s.statistics?.largestStep ?? []) expect(largest).toBeLessThanOrEqual(POLL_VOXELS);
    }
    return frame.read(lease, Float32Array, field.length);
  });
}

/** Slow twin: the naive sum along each axis in f64; the spectrum in the kernel's layout. */
function slowSpectrum(values: Float32Array, [nz, ny, nx]: Shape): Float32Array {
  const re = Array.from(values);
  const im = re.map(() => 0);
  for (const [length, stride] of [[nx, 1], [ny, nx], [nz, nx * ny]]) {
    for (let start = 0; start < re.length; start++) {
      if (Math.floor(start / stride) % length !== 0) continue;
      const at = Array.from({ length }, (_, i) => start + i * stride);
      // e^(−…): the inverse sum of the swapped parts, swapped back.
      const line = inverseDft(at.map((i) => im[i]), at.map((i) => re[i]));
      at.forEach((i, k) => ([re[i], im[i]] = [line.im[k], line.re[k]]));
    }
  }
  const pitch = fieldPitch(nx);
  const out = new Float32Array(nz * ny * pitch);
  for (let row = 0; row < nz * ny; row++) {
    for (let k = 0; 2 * k <= nx; k++) {
      const at = row * pitch + 8 * (k >> 2) + (k & 3);
      out[at] = re[row * nx + k];
      out[at + 4] = im[row * nx + k];
    }
  }
  return out;
}

const noise = (shape: Shape): Float32Array => {
  const random = uniform(voxelCount(shape));
  return Float32Array.from({ length: voxelCount(shape) }, () => random() - 0.5);
};
const farthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i])), 0);

const shapes: Shape[] = [
  [1, 1, 1], [1, 1, 2], [2, 3, 1], [3, 1, 5], [4, 9, 8], [5, 8, 9], [12, 15, 10], [16, 10, 27], [6, 20, 18],
  [2, 12, 32], [3, 25, 75],
];

describe('transform of a real field', () => {
  it.each(shapes)('[oracle] %i × %i × %i equals the naive sums, whatever stands between the rows', async (...shape) => {
    const values = noise(shape);
    const expected = slowSpectrum(values, shape);
    const spectrum = await transformed(session, shape, spread(values, shape), ['forward']);
    expect(farthest(spectrum, expected))
      .toBeLessThan(4e-7 * Math.sqrt(voxelCount(shape)) * Math.log2(2 + voxelCount(shape)));
    const back = await transformed(session, shape, expected, ['inverse']);
    expect(farthest(gather(back, shape), values)).toBeLessThan(2e-6);
  });

  it('[law] there and back again, and Parseval, at 90 × 96 × 75', async () => {
    const shape: Shape = [90, 96, 75];
    const values = noise(shape);
    const spectrum = await transformed(session, shape, spread(values, shape), ['forward']);
    const pitch = fieldPitch(75);
    let power = 0;
    spectrum.forEach((v, i) => (power += v * v * (i % pitch === 0 || i % pitch === 4 ? 1 : 2)));
    const squares = values.reduce((sum, v) => sum + v * v, 0);
    expect(power / voxelCount(shape) / squares).toBeCloseTo(1, 6);
    const back = await transformed(session, shape, spread(values, shape), ['forward', 'inverse']);
    const error = gather(back, shape).reduce((sum, v, i) => sum + (v - values[i]) ** 2, 0);
    expect(Math.sqrt(error / squares)).toBeLessThan(4e-7);
  });

  it('[exact] a plane wave has one mode', async () => {
    const shape: Shape = [8, 10, 12];
    const wave = Float32Array.from({ length: 960 }, (_, i) => Math.cos(
      2 * Math.PI * (Math.floor(i / 120) / 4 + (3 * (Math.floor(i / 12) % 10)) / 10 + (5 * (i % 12)) / 12),
    ));
    const spectrum = await transformed(session, shape, spread(wave, shape), ['forward']);
    const at = (2 * 10 + 3) * fieldPitch(12) + 8 + 1;
    spectrum.forEach((v, i) => expect(Math.abs(v - (i === at ? 480 : 0))).toBeLessThan(1e-4));
  });

  it('[law] the same bits for 1, 2, 3 and 7 threads', async () => {
    const shape: Shape = [20, 36, 45];
    const field = spread(noise(shape), shape);
    const results = await forEachThreadCount(async (s) => [
      await transformed(s, shape, field, ['forward']),
      gather(await transformed(s, shape, field, ['forward', 'inverse']), shape),
    ]);
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  });

  it('refuses lengths with other primes', async () => {
    await expect(transformed(session, [4, 7, 4], new Float32Array(0), ['forward'])).rejects.toThrow(
      /2\^a·3\^b·5\^c, got 7; the next is 8/,
    );
  });
});
