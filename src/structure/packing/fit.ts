// Spheres drawn into a window with one factor on all their radii, so chosen that they fill exactly the wanted number of
// voxels: the voxels near the surfaces are taken in the order of the factor at which a sphere covers them.
import type { Shape } from '../../core/grid.js';
import type { Phase } from '../../core/volume.js';
import type { Particles } from './particles.js';
import { Ranked } from './ranked.js';

export interface FitCanvas {
  readonly shape: Shape;
  readonly labels: Uint8Array;
  /** Voxels of this label are free. */
  readonly free: Phase;
}

export interface Fit {
  /** Voxels that were free and now have the label. */
  readonly voxels: number;
  /** Factor on the radii. */
  readonly scale: number;
}

const modulo = (i: number, n: number): number => ((i % n) + n) % n;

/** Calls `row` for every row of voxels that a ball reaches: index of its first voxel, square of the distance of the row
 *  from the centre, and half the length inside of the ball. */
export function eachRow(
  [nz, ny, nx]: Shape, { periodic, stretch }: Particles, [cz, cy]: readonly [number, number],
  radius: number, row: (first: number, square: number, half: number) => void,
): void {
  const lowZ = Math.ceil(cz - radius * stretch - 0.5);
  const lowY = Math.ceil(cy - radius - 0.5);
  for (let z = periodic ? lowZ : Math.max(0, lowZ); z + 0.5 <= cz + radius * stretch && (periodic || z < nz); z++) {
    const dz = (z + 0.5 - cz) / stretch;
    for (let y = periodic ? lowY : Math.max(0, lowY); y + 0.5 <= cy + radius && (periodic || y < ny); y++) {
      const dy = y + 0.5 - cy;
      const square = dz * dz + dy * dy;
      const left = radius * radius - square;
      if (left < 0) continue;
      row(((periodic ? modulo(z, nz) : z) * ny + (periodic ? modulo(y, ny) : y)) * nx, square, Math.sqrt(left));
    }
  }
}

/** Paints the spheres of a label into free voxels.
 *  @param range of the factor
 *  @param wanted voxels; Infinity: the whole range. Where the range does not reach so far it ends at its near end. */
export function fitSpheres(
  canvas: FitCanvas, particles: Particles, label: Phase, range: readonly [low: number, high: number], wanted: number,
): Fit {
  const { labels, free, shape } = canvas;
  const nx = shape[2];
  const { centres, radii, periodic } = particles;
  const [low, high] = range;
  let voxels = 0;
  const own = Array.from(radii.keys()).filter((k) => particles.labels[k] === label);
  for (const k of own) {
    const cx = centres[3 * k + 2];
    eachRow(shape, particles, [centres[3 * k], centres[3 * k + 1]], low * radii[k], (first, _square, half) => {
      const [x0, x1] = [Math.ceil(cx - half - 0.5), Math.floor(cx + half - 0.5)];
      // The run, and where the window repeats itself what goes on at the other end of the row.
      for (const shift of periodic ? [-nx, 0, nx] : [0]) {
        const end = first + Math.min(nx - 1, x1 + shift);
        for (let at = first + Math.max(0, x0 + shift); at <= end; at++) {
          if (labels[at] !== free) continue;
          labels[at] = label;
          voxels++;
        }
      }
    });
  }
  if (voxels >= wanted || high <= low) return { voxels, scale: low };

  // Voxels of the shells, by the square of the factor.
  const [from, to] = [low * low, high * high];
  const shells = new Ranked();
  for (const k of own) {
    const cx = centres[3 * k + 2];
    const perRadius = 1 / (radii[k] * radii[k]);
    const within = low * radii[k];
    eachRow(shape, particles, [centres[3 * k], centres[3 * k + 1]], high * radii[k], (first, square, half) => {
      // The part in the middle is painted already.
      const inner = within * within > square + 4 ? Math.sqrt(within * within - square) - 1 : -1;
      for (let x = Math.ceil(cx - half - 0.5); x + 0.5 <= cx + half; x++) {
        if (inner > 0 && x + 0.5 > cx - inner && x + 0.5 < cx + inner) x = Math.floor(cx + inner - 0.5);
        if (!periodic && (x < 0 || x >= nx)) continue;
        const at = first + (periodic ? modulo(x, nx) : x);
        if (labels[at] !== free) continue;
        const apart = x + 0.5 - cx;
        shells.add(at, ((square + apart * apart) * perRadius - from) / (to - from));
      }
    });
  }
  let last = 0;
  shells.inOrder((at, rank) => {
    if (voxels >= wanted) return false;
    if (labels[at] === free) {
      labels[at] = label;
      voxels++;
      last = rank;
    }
    return true;
  });
  return { voxels, scale: voxels < wanted ? high : Math.sqrt(from + (to - from) * last) };
}
