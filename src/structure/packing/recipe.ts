// From the parameters of a packing to its classes of particles: label, share of the window, sizes in voxels.
import { SpecError } from '../../core/errors.js';
import type { Shape } from '../../core/grid.js';
import { AM, PORE, SE, type Phase } from '../../core/volume.js';
import { pow } from '../../numeric/elementary.js';
import type { RandomSpec } from '../model.js';
import { edgesOf } from '../excursion.js';
import type { Box } from './neighbours.js';
import type { PackingParameters } from './parameters.js';
import { lognormalSizes, sampleSizes, tabulatedSizes, type SizeDistribution, type SizeShare } from './sizes.js';

/** What packings of spheres and of polyhedra share. */
export interface PackingSettings extends RandomSpec {
  readonly parameters: PackingParameters;
  /** What the shares are of. */
  readonly shares?: 'volume' | 'mass';
}

/** Particles of one kind. */
export interface ParticleClass {
  readonly label: Phase;
  /** Of the window. */
  readonly fraction: number;
  /** Diameters in voxels along x. */
  readonly sizes: SizeDistribution;
  /** Distance that a particle keeps from one of another class, over the sum of their radii; 0: none. */
  readonly reach: readonly number[];
}

/** Particles of a packing. */
const MOST_PARTICLES = 2 ** 21;

/** Parameters as `readStructure` leaves them: nothing is missing. */
export const complete = (parameters: PackingParameters): Required<PackingParameters> =>
  parameters as Required<PackingParameters>;

/** Edge of a voxel along x over its edge along z. */
export function stretchOfVoxels(spec: Pick<RandomSpec, 'voxelSizeUm'>): number {
  const [z, , x] = edgesOf(spec) ?? [1, 1, 1];
  return x / z;
}

/** Volume fractions by class: AM, SE, then the further ones. */
function fractionsOf(p: Required<PackingParameters>, shares: 'volume' | 'mass'): number[] {
  const further = p.further ?? [];
  const rest = 1 - further.reduce((sum, { share }) => sum + share, 0);
  const amounts = [rest * p.activeShare, rest * (1 - p.activeShare), ...further.map(({ share }) => share)];
  const densities = [p.activeDensity, p.electrolyteDensity, ...further.map(({ density }) => density)];
  const volumes = shares === 'mass' ? amounts.map((mass, k) => mass / densities[k]) : amounts;
  const total = volumes.reduce((a, b) => a + b, 0);
  return volumes.map((volume) => ((1 - p.voidFraction) * volume) / total);
}

/** The classes of a packing that have a share: AM, SE, then the further ones. */
export function classesOf({ parameters, shares = 'volume', ...spec }: PackingSettings): ParticleClass[] {
  const p = complete(parameters);
  const further = p.further ?? [];
  const unit = edgesOf(spec)?.[2] ?? 1;
  const scaled = (diameter: number, spread: number, table: readonly SizeShare[] | null): SizeDistribution =>
    table === null
      ? lognormalSizes(diameter / unit, spread)
      : tabulatedSizes(table.map((row) => ({ ...row, diameter: row.diameter / unit })));
  const labels = [AM, SE, ...further.map((one) => one.label)];
  const sizes = [
    scaled(p.activeDiameter, p.activeSpread, p.activeSizes),
    scaled(p.electrolyteDiameter, p.electrolyteSpread, p.electrolyteSizes),
    ...further.map(({ diameter, spread }) => scaled(diameter, spread, null)),
  ];
  const overlap = (a: number, b: number): number => {
    if (a > 1 || b > 1) return Math.max(further[a - 2]?.overlap ?? 0, further[b - 2]?.overlap ?? 0);
    if (a !== b) return p.mixedOverlap;
    return a === 0 ? p.activeOverlap : p.electrolyteOverlap;
  };
  const fractions = fractionsOf(p, shares);
  const there = labels.map((_, k) => k).filter((k) => fractions[k] > 0);
  return there.map((k) => ({
    label: labels[k], fraction: fractions[k], sizes: sizes[k], reach: there.map((other) => 1 - overlap(k, other)),
  }));
}

/** Lengths of a window, or of the box from which it is cut, in edges x. */
export function boxOf(
  { size, edges, ...spec }: Pick<RandomSpec, 'size' | 'edges' | 'voxelSizeUm'>, largest: number,
): Box {
  const window = [size[0] / stretchOfVoxels(spec), size[1], size[2]] as const;
  // Opposite faces are two of the largest particles apart, around the box.
  const margin = edges === 'periodic' ? 0 : 2 * largest;
  return window.map((length) => length + margin) as unknown as Box;
}

const SPHERE = Math.PI / 6;

/** @throws SpecError for shares that leave nothing, particles that are too large for the window or the voxels, or too
 *  many of them */
export function checkPacking(where: string, spec: PackingSettings & { readonly size: Shape }): void {
  const p = complete(spec.parameters);
  const further = p.further ?? [];
  if (further.reduce((sum, { share }) => sum + share, 0) >= 1) {
    throw new SpecError(`${where}: the shares of the further classes must add to less than 1`);
  }
  const pore = further.find((one) => one.label === PORE);
  if (pore !== undefined) throw new SpecError(`${where}: label ${PORE} is the void; give further classes another one`);
  const unit = edgesOf(spec) === null ? 'voxels' : 'µm';
  const edge = edgesOf(spec)?.[2] ?? 1;
  const classes = classesOf(spec);
  const largest = Math.max(...classes.map(({ sizes }) => sizes.most));
  const least = Math.min(...classes.map(({ sizes }) => sizes.least));
  const shown = (length: number): string => `${Number((length * edge).toPrecision(4))} ${unit}`;
  if (least < 1) {
    throw new SpecError(`${where}: the smallest particles, ${shown(least)}, are thinner than a voxel (${shown(1)})`);
  }
  const box = boxOf(spec, largest);
  if (2 * largest > Math.min(...box)) {
    throw new SpecError(
      `${where}: the largest particles, ${shown(largest)}, need a window of twice that along every axis; ` +
        `the shortest is ${shown(Math.min(...box))}; take a larger window, smaller particles or edges: cropped`,
    );
  }
  const room = box[0] * box[1] * box[2];
  let count = 0;
  for (const { label, fraction, sizes } of classes) {
    // No particle is smaller than the smallest; whole numbers are drawn later.
    const most = (fraction * room) / (SPHERE * pow(sizes.least, 3));
    count += Math.min(most, (fraction * room) / (SPHERE * pow(sizes.quantile(0.02), 3)));
    if (most < 1e4 && sampleSizes(sizes, fraction * room).length === 0) {
      throw new SpecError(
        `${where}: particles of label ${label} are to fill ${fraction.toPrecision(3)} of the window, ` +
          'less than half of the largest of them; take a larger window or smaller particles',
      );
    }
  }
  if (count > MOST_PARTICLES) {
    throw new SpecError(
      `${where}: about ${Math.round(count)} particles are more than ${MOST_PARTICLES}; ` +
        'take larger ones or a smaller window',
    );
  }
}
