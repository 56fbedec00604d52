// Finite volumes along x.
import { type Cell, layoutOf, type ElectrolytePhase, type PorousElectrode } from '../cell.js';

/** How finely a cell is resolved. */
export interface MeshOptions {
  /** Finite volumes along a porous electrode. */
  readonly electrodeVolumes: number;
  /** Of a separator with a binary electrolyte; a single-ion one is a resistance, for which one is exact. */
  readonly separatorVolumes: number;
  /** Polynomials in a particle. */
  readonly radialModes: number;
}

/** Resolution where nothing is said. */
export const MESH_DEFAULTS: MeshOptions = { electrodeVolumes: 40, separatorVolumes: 10, radialModes: 10 };

/** Volumes of one region: `first` … `first + count − 1`. */
export interface Block {
  /** Index of its first volume. */
  readonly first: number;
  /** Number of its volumes. */
  readonly count: number;
  readonly electrolyte: ElectrolytePhase;
  /** Null in a separator. */
  readonly electrode: PorousElectrode | null;
}

/** Finite volumes of a cell, from the negative side to the positive one. */
export interface Mesh {
  /** Number of all. */
  readonly volumes: number;
  /** One for each region that is resolved. */
  readonly blocks: readonly Block[];
  /** Of the volumes, in m. */
  readonly widths: Float64Array;
  /** Of the volumes, in m from the negative end. */
  readonly middles: Float64Array;
  /** Volumes of porous electrodes, left to right. */
  readonly porous: Int32Array;
}

export function meshOf(cell: Cell, options: MeshOptions): Mesh {
  const { negative, separators, positive } = layoutOf(cell);
  const blocks: Block[] = [];
  let volumes = 0;
  const add = (count: number, electrolyte: ElectrolytePhase, electrode: PorousElectrode | null): void => {
    blocks.push({ first: volumes, count, electrolyte, electrode });
    volumes += count;
  };
  if (negative !== null) add(options.electrodeVolumes, negative.electrolyte, negative);
  for (const { electrolyte } of separators) {
    add(electrolyte.electrolyte.kind === 'binary' ? options.separatorVolumes : 1, electrolyte, null);
  }
  add(options.electrodeVolumes, positive.electrolyte, positive);
  const regions = [...(negative === null ? [] : [negative]), ...separators, positive];
  const thicknesses = regions.map(({ thickness }) => thickness);
  const widths = new Float64Array(volumes);
  const middles = new Float64Array(volumes);
  let start = 0;
  blocks.forEach(({ first, count }, b) => {
    const width = thicknesses[b] / count;
    for (let k = 0; k < count; k++) {
      widths[first + k] = width;
      middles[first + k] = start + (k + 0.5) * width;
    }
    start += thicknesses[b];
  });
  const porous = Int32Array.from(blocks.filter(({ electrode }) => electrode !== null).flatMap(
    ({ first, count }) => Array.from({ length: count }, (_, k) => first + k),
  ));
  return { volumes, blocks, widths, middles, porous };
}
