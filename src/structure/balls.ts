// Balls painted into a window on the host: which voxel centres they hold, and how deep. Only + − × ÷ and sqrt.
import type { Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';

export interface BallCanvas {
  readonly shape: Shape;
  readonly labels: Uint8Array;
  readonly label: Phase;
  /** Largest radius − distance to a centre so far, where no more than BAND voxels from a ball; null: not wanted. */
  readonly depth: Float32Array | null;
  /** Balls are this much longer along z. */
  readonly stretch: number;
  /** Balls go on at the opposite face. */
  readonly periodic: boolean;
}

/** Depths are known so far outside of a ball, voxels, and clamped beyond. */
export const BAND = 3;

/** Depths before any ball. */
export function emptyDepth(voxels: number): Float32Array {
  return new Float32Array(voxels).fill(-BAND);
}

const modulo = (i: number, n: number): number => ((i % n) + n) % n;

/** A function that paints one ball: centre (z, y, x) and radius in voxels; voxel i has its centre at i + ½. */
export function ballPainter(canvas: BallCanvas): (cz: number, cy: number, cx: number, radius: number) => void {
  const { shape: [nz, ny, nx], labels, label, depth, stretch, periodic } = canvas;

  /** Voxels from x0 to x1 of a row that are of the ball. */
  const fillRow = (row: number, x0: number, x1: number): void => {
    if (!periodic) {
      labels.fill(label, row + Math.max(0, x0), row + Math.max(0, Math.min(nx, x1 + 1)));
      return;
    }
    const count = Math.min(nx, x1 + 1 - x0);
    const start = modulo(x0, nx);
    labels.fill(label, row + start, row + Math.min(nx, start + count));
    if (start + count > nx) labels.fill(label, row, row + start + count - nx);
  };

  /** The row's voxels in the ball are one run around cx: their depths fall to both sides. */
  const paintRow = (row: number, square: number, cx: number, radius: number): void => {
    const inside = (x: number): boolean => {
      const dx = x + 0.5 - cx;
      return radius - Math.sqrt(square + dx * dx) >= 0;
    };
    const nearest = Math.floor(cx);
    if (!inside(nearest)) return;
    const half = Math.sqrt(Math.max(0, radius * radius - square));
    let first = Math.min(nearest, Math.ceil(cx - half - 0.5));
    let last = Math.max(nearest, Math.floor(cx + half - 0.5));
    // Rounding may be off by one voxel at the ends.
    while (!inside(first)) first++;
    while (inside(first - 1)) first--;
    while (!inside(last)) last--;
    while (inside(last + 1)) last++;
    fillRow(row, first, last);
  };

  const deepenRow = (values: Float32Array, row: number, square: number, cx: number, radius: number): void => {
    const reach = radius + BAND;
    for (let x = Math.ceil(cx - reach - 0.5); x + 0.5 <= cx + reach; x++) {
      if (!periodic && (x < 0 || x >= nx)) continue;
      const dx = x + 0.5 - cx;
      const at = row + (periodic ? modulo(x, nx) : x);
      const level = radius - Math.sqrt(square + dx * dx);
      if (level >= 0) labels[at] = label;
      if (level > values[at]) values[at] = level;
    }
  };

  return (cz, cy, cx, radius) => {
    const reach = radius + (depth === null ? 0 : BAND);
    const [lowZ, lowY] = [Math.ceil(cz - reach * stretch - 0.5), Math.ceil(cy - reach - 0.5)];
    for (let z = periodic ? lowZ : Math.max(0, lowZ); z + 0.5 <= cz + reach * stretch && (periodic || z < nz); z++) {
      const dz = (z + 0.5 - cz) / stretch;
      for (let y = periodic ? lowY : Math.max(0, lowY); y + 0.5 <= cy + reach && (periodic || y < ny); y++) {
        const dy = y + 0.5 - cy;
        const row = ((periodic ? modulo(z, nz) : z) * ny + (periodic ? modulo(y, ny) : y)) * nx;
        if (depth === null) paintRow(row, dz * dz + dy * dy, cx, radius);
        else deepenRow(depth, row, dz * dz + dy * dy, cx, radius);
      }
    }
  };
}
