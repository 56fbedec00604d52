// The faces at which lithium passes from electrolyte to active material, as a list that kernels run over: two voxels
// and the share of the face that a smooth interface would have. Kernels: assembly/electrode/interface.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease, Leases } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

/** Faces between active material and electrolyte, in six classes: across z, y, x, and of each first those whose active
 *  voxel has the higher coordinate. Within a class no voxel occurs twice, so that threads may add to voxels class by
 *  class, and voxels ascend. */
export interface InterfaceFaces {
  /** u32[count]: the voxel of active material, in the natural order of the image. */
  readonly active: Lease;
  /** u32[count]: the voxel of electrolyte. */
  readonly electrolyte: Lease;
  /** f32[count]: w, area of interface over that of the face. */
  readonly weight: Lease;
  readonly count: number;
  /** Where the classes begin, and the last one ends. */
  readonly classes: Classes;
}
type Classes = readonly [number, number, number, number, number, number, number];
const CLASSES = 6;

/** An electrode in an image whose planes go from the separator to the collector. */
export interface InterfaceImage {
  readonly labels: Uint8Array;
  readonly shape: Shape;
  /** Planes of the electrode: from … to − 1. Faces between it and planes that were added to it are flat walls: their
   *  weight is 1. */
  readonly from: number;
  readonly to: number;
  readonly active: readonly number[];
  readonly electrolyte: readonly number[];
}

/** How many faces there are, and where. */
export interface InterfaceCount {
  readonly count: number;
  readonly classes: Classes;
  /** u32[nz][6]: where those of each plane and class begin. */
  readonly places: Uint32Array;
}

export function interfaceCountPlan(shape: Shape) {
  const [nz, ny, nx] = shape;
  return {
    leases: named({
      kinds: nz * ny * (nx + 2) + 8, places: 4 * CLASSES * nz, labels: voxelCount(shape), table: 256,
    }),
  };
}

/** Leases of so many faces, which stay; those of `interfaceCountPlan` and sums are held while they are written. */
export function interfaceFacesPlan(shape: Shape, count: number) {
  return {
    leases: named({ active: 4 * count, electrolyte: 4 * count, weight: 4 * count }),
    then: [{ leases: [...interfaceCountPlan(shape).leases, ...named({ sums: 8 * CLASSES * shape[0] })] }],
  };
}

async function writeKinds(
  frame: Frame, { labels, shape, active, electrolyte }: InterfaceImage,
  leases: Leases<'kinds' | 'labels' | 'table'>,
): Promise<void> {
  await frame.write(leases.labels, labels);
  const table = new Uint8Array(256);
  for (const label of active) table[label] = 1;
  for (const label of electrolyte) table[label] = 2;
  await frame.write(leases.table, table);
  await frame.call(
    'interfaceKinds', { kinds: leases.kinds, labels: leases.labels, table: leases.table, ...extents(shape) },
    { name: 'interface', work: voxelCount(shape) },
  );
}

/** Counts the faces, so that their list can be planned. */
export async function countInterface(frame: Frame, image: InterfaceImage): Promise<InterfaceCount> {
  const { shape, from, to } = image;
  return frame.scope(async () => {
    const leases = frame.take(interfaceCountPlan(shape));
    await writeKinds(frame, image, leases);
    await frame.call(
      'countInterface', { places: leases.places, kinds: leases.kinds, ...extents(shape), from, to },
      { name: 'interface', work: voxelCount(shape) },
    );
    const places = await frame.read(leases.places, Uint32Array);
    const classes = [0];
    let count = 0;
    for (let k = 0; k < CLASSES; k++) {
      for (let at = k; at < places.length; at += CLASSES) {
        count += places[at];
        places[at] = count - places[at];
      }
      classes.push(count);
    }
    return { count, classes: classes as unknown as Classes, places };
  });
}

export interface InterfaceWeights {
  /** Edges of a voxel along z, y, x, in any unit. */
  readonly edges: readonly [number, number, number];
  /** `normal`: from the direction of the interface, so that a smooth one has its own area; `faces`: 1. */
  readonly weights: 'normal' | 'faces';
  /** Area in the unit of the edges, squared, that the faces inside the electrode are to have together: all of their
   *  weights are scaled by one factor. null: as they are. */
  readonly area: number | null;
}

/** Areas of the faces inside the electrode, in the unit of the edges, squared. */
export interface InterfaceAreas {
  /** Of the faces of voxels. */
  readonly faces: number;
  /** With weights. */
  readonly corrected: number;
  /** By which the weights were scaled. */
  readonly factor: number;
}

/** Writes the list. @param leases as `interfaceFacesPlan` says */
export async function listInterface(
  frame: Frame, image: InterfaceImage, { count, classes, places }: InterfaceCount,
  { edges: [hz, hy, hx], weights, area }: InterfaceWeights, leases: Leases<'active' | 'electrolyte' | 'weight'>,
): Promise<{ readonly faces: InterfaceFaces; readonly areas: InterfaceAreas }> {
  const { shape, from, to } = image;
  const { active, electrolyte, weight } = leases;
  const sums = count === 0 ? new Float64Array(CLASSES * shape[0]) : await frame.scope(async () => {
    const scratch = frame.take(interfaceFacesPlan(shape, count).then[0]);
    await writeKinds(frame, image, scratch);
    await frame.write(scratch.places, places);
    await frame.call('listInterface', {
      active, electrolyte, weight, sums: scratch.sums, places: scratch.places, kinds: scratch.kinds, ...extents(shape),
      from, to, hz, hy, hx, corrected: weights === 'normal',
    }, { name: 'interface', work: voxelCount(shape) });
    return frame.read(scratch.sums, Float64Array);
  });
  const across = [hy * hx, hz * hx, hz * hy];
  const begin = (plane: number, k: number): number =>
    plane < shape[0] ? places[CLASSES * plane + k] : classes[k + 1];
  /** Faces across z between the electrode and planes below or above it. */
  const cuts = [from, to].flatMap((plane) => [0, 1].map((k) => [begin(plane, k), begin(plane + 1, k)] as const));
  let [faces, corrected] = [0, 0];
  for (let k = 0; k < CLASSES; k++) {
    faces += across[k >> 1] * (classes[k + 1] - classes[k]);
    for (let plane = 0; plane < shape[0]; plane++) corrected += across[k >> 1] * sums[CLASSES * plane + k];
  }
  for (const [first, last] of cuts) faces -= across[0] * (last - first);
  const factor = area === null || corrected === 0 ? 1 : area / corrected;
  if (factor !== 1) {
    const values = await frame.read(weight, Float32Array, count);
    const flat = cuts.map(([first, last]) => values.slice(first, last));
    values.forEach((w, k) => (values[k] = w * factor));
    cuts.forEach(([first], k) => values.set(flat[k], first));
    await frame.write(weight, values);
  }
  return {
    faces: { active, electrolyte, weight, count, classes }, areas: { faces, corrected: corrected * factor, factor },
  };
}
