// Twin of the geodesic kernels: Dijkstra with a binary heap over plain arrays, sums rounded to f32 like the kernel's.
import type { LabelVolume } from '../../src/core/volume.js';

export interface ReferenceOptions {
  readonly phase: number;
  readonly axis: 'z' | 'y' | 'x';
  /** Index of the target plane on the axis. */
  readonly target: number;
  readonly neighbourhood: 6 | 18 | 26;
}

/** Distance of each voxel from the phase's voxels on the target plane, in voxel edges of the axis, C order; Infinity
 *  where no path. */
export function geodesicDistancesReference(volume: LabelVolume, options: ReferenceOptions): Float32Array {
  const { labels, shape } = volume;
  const [nz, ny, nx] = shape;
  const size = volume.voxelSizeUm ?? [1, 1, 1];
  const along = { z: 0, y: 1, x: 2 }[options.axis];
  const h = size.map((edge) => edge / size[along]);
  const steps: { d: number[]; length: number }[] = [];
  for (const z of [-1, 0, 1]) {
    for (const y of [-1, 0, 1]) {
      for (const x of [-1, 0, 1]) {
        const moved = Math.abs(z) + Math.abs(y) + Math.abs(x);
        if (moved === 0 || moved > { 6: 1, 18: 2, 26: 3 }[options.neighbourhood]) continue;
        const squares = [z, y, x].map((step, k) => (step === 0 ? 0 : h[k] * h[k]));
        // The axis first: sums of squares round differently in another order.
        const ordered = [squares[along], ...squares.filter((_, k) => k !== along)];
        steps.push({ d: [z, y, x], length: Math.fround(Math.sqrt(ordered[0] + ordered[1] + ordered[2])) });
      }
    }
  }
  const distance = new Float32Array(labels.length).fill(Infinity);
  const heap: [number, number][] = [];
  const push = (entry: [number, number]): void => {
    let k = heap.push(entry) - 1;
    while (k > 0 && heap[(k - 1) >> 1][0] > heap[k][0]) {
      const parent = (k - 1) >> 1;
      [heap[k], heap[parent]] = [heap[parent], heap[k]];
      k = parent;
    }
  };
  const pop = (): [number, number] => {
    const top = heap[0];
    const last = heap.pop() as [number, number];
    if (heap.length > 0) {
      heap[0] = last;
      for (let k = 0; ; ) {
        const child = 2 * k + 1;
        if (child >= heap.length) break;
        const least = child + 1 < heap.length && heap[child + 1][0] < heap[child][0] ? child + 1 : child;
        if (heap[least][0] >= heap[k][0]) break;
        [heap[k], heap[least]] = [heap[least], heap[k]];
        k = least;
      }
    }
    return top;
  };
  for (let i = 0; i < labels.length; i++) {
    const at = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx][along];
    if (labels[i] === options.phase && at === options.target) {
      distance[i] = 0;
      push([0, i]);
    }
  }
  while (heap.length > 0) {
    const [d, i] = pop();
    if (d > distance[i]) continue;
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    for (const step of steps) {
      const [c, b, a] = [z + step.d[0], y + step.d[1], x + step.d[2]];
      if (c < 0 || b < 0 || a < 0 || c >= nz || b >= ny || a >= nx) continue;
      const j = (c * ny + b) * nx + a;
      if (labels[j] !== options.phase) continue;
      const sum = Math.fround(d + step.length);
      if (sum < distance[j]) {
        distance[j] = sum;
        push([sum, j]);
      }
    }
  }
  return distance;
}
