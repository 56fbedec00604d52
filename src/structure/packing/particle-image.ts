// Which particle a voxel belongs to, and the list of particles as a table.
import { checkArguments } from '../../core/arguments.js';
import { voxelCount } from '../../core/grid.js';
import type { ModelStructure } from '../model.js';
import { eachRow } from './fit.js';
import type { Box } from './neighbours.js';
import { particlesOf } from './particles.js';
import { eachCell } from './power-cells.js';

/** Radii reach as far beyond their spheres, over the radius: what rounding may have left out. */
const SLACK = 1e-5;
const modulo = (i: number, n: number): number => ((i % n) + n) % n;

/** Number of the particle of every voxel: k + 1 for particle k of the list, 0 where there is none. Where spheres of one
 *  label overlap, their radical plane parts them; polyhedra are cells of a power diagram.
 *  @throws SpecError for a structure without particles */
export function particleImage(structure: ModelStructure): Uint16Array | Uint32Array {
  checkArguments('particleImage', { structure: [structure, 'record'] });
  const particles = particlesOf('particleImage', structure);
  const { labels, shape } = structure;
  const { centres, radii, periodic, stretch } = particles;
  const [, ny, nx] = shape;
  const numbers = radii.length < 2 ** 16 ? new Uint16Array(voxelCount(shape)) : new Uint32Array(voxelCount(shape));
  const nearest = (apart: number, length: number): number =>
    (periodic ? apart - length * Math.round(apart / length) : apart);
  /** Power of a voxel's centre with respect to a particle: squared distance less squared radius. */
  const powerOf = (k: number, at: number): number => {
    const z = Math.floor(at / (ny * nx));
    const dz = nearest(z + 0.5 - centres[3 * k], shape[0]) / stretch;
    const dy = nearest((Math.floor(at / nx) % ny) + 0.5 - centres[3 * k + 1], ny);
    const dx = nearest((at % nx) + 0.5 - centres[3 * k + 2], nx);
    return dz * dz + dy * dy + dx * dx - radii[k] * radii[k];
  };
  const generators = Array.from(radii.keys()).filter((k) => particles.cells.includes(particles.labels[k]));
  if (generators.length > 0) {
    const box = [shape[0] / stretch, ny, nx].map((length) => (periodic ? length : Infinity)) as unknown as Box;
    const diagram = {
      centres: Float64Array.from(generators.flatMap((k) => {
        const [z, y, x] = centres.subarray(3 * k, 3 * k + 3);
        return [z / stretch, y, x];
      })),
      radii: Float64Array.from(generators, (k) => radii[k]), box, stretch,
    };
    eachCell(diagram, shape, 0, (at) => particles.cells.includes(labels[at]), (at, own, candidates) => {
      numbers[at] = generators[candidates.generators[own]] + 1;
    });
  }
  for (let k = 0; k < radii.length; k++) {
    if (particles.cells.includes(particles.labels[k])) continue;
    const [cx, radius, label] = [centres[3 * k + 2], (1 + SLACK) * radii[k], particles.labels[k]];
    eachRow(shape, particles, [centres[3 * k], centres[3 * k + 1]], radius, (first, square, half) => {
      for (let x = Math.ceil(cx - half - 0.5); x + 0.5 <= cx + half; x++) {
        if (!periodic && (x < 0 || x >= nx)) continue;
        const at = first + (periodic ? modulo(x, nx) : x);
        if (labels[at] !== label) continue;
        const own = square + (x + 0.5 - cx) * (x + 0.5 - cx) - radii[k] * radii[k];
        if (numbers[at] === 0 || own < powerOf(numbers[at] - 1, at)) numbers[at] = k + 1;
      }
    });
  }
  return numbers;
}

/** The particles of a packing as rows, for CSV files. */
export interface ParticleTable {
  /** particle, label, then centre (z, y, x) and radius with their unit in the name: "zUm", or "zVoxels". */
  readonly columns: readonly string[];
  /** One for each particle, cells in the order of the columns. */
  readonly rows: readonly (readonly number[])[];
}

/** The particles of a structure, one row each: number, label, centre and radius, in µm or, without voxel size, in
 *  voxels. Centres count from the corner of the window.
 *  @throws SpecError for a structure without particles */
export function particleTable(structure: ModelStructure): ParticleTable {
  checkArguments('particleTable', { structure: [structure, 'record'] });
  const { centres, radii, labels } = particlesOf('particleTable', structure);
  const [z, y, x] = structure.voxelSizeUm ?? [1, 1, 1];
  const unit = structure.voxelSizeUm === null ? 'Voxels' : 'Um';
  return {
    columns: ['particle', 'label', `z${unit}`, `y${unit}`, `x${unit}`, `radius${unit}`],
    rows: Array.from(radii, (radius, k) =>
      [k + 1, labels[k], centres[3 * k] * z, centres[3 * k + 1] * y, centres[3 * k + 2] * x, radius * x]),
  };
}
