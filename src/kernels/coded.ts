// Networks with any face conductances: face codes from labels, and the finest level of the solver from face codes.
// Kernels: assembly/transport/faces/labels.ts, network/coded.ts, output/fields.ts.
import { SpecError } from '../core/errors.js';
import { axisOrder, voxelCount, type Axis, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan, PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { FaceLeases } from './faces.js';
import { ENTRY_WORDS, layoutOf, levelEntry } from './levels.js';
import type { SolvedNetwork } from './solver.js';
import { finestAddresses, type FinestLevel, type NetworkCounts } from './transport.js';

/** Conducting conductivities that codes can tell apart: their pairs must fit a byte. */
export const MAX_CONDUCTIVITIES = 22;
/** Classes in a row of the pair table. */
const CLASSES = 32;

/** Words of the codebook in memory: z, y, x, boundary faces, and whether it is linear. */
const BOOK_WORDS = 4 * 256 + 16;

/** Conductance of each code, for a cubic voxel: 0 for code 0. */
export type Codebook = Float64Array;

/** Codes of apertures: k/255 of a face that conducts 1 when it is open. */
export const APERTURE_BOOK: Codebook = Float64Array.from({ length: 256 }, (_, code) => code / 255);

export function labelFacesPlan(shape: Shape): LeasePlan {
  return {
    leases: [
      { name: 'labels', bytes: voxelCount(shape) }, { name: 'classes', bytes: 256 }, { name: 'pairs', bytes: CLASSES * CLASSES },
    ],
  };
}

/** Face codes of a label image: conductance 2·σa·σb/(σa + σb) of the two voxels (harmonic), in the units of `conductivity`.
 *  @param conductivity of each label ≥ 0; labels that are not named insulate
 *  @throws SpecError for more than MAX_CONDUCTIVITIES different ones */
export async function labelFaces(
  frame: Frame, faces: FaceLeases, labels: Uint8Array, shape: Shape, conductivity: Readonly<Record<number, number>>, periodic: boolean,
): Promise<Codebook> {
  const values = [...new Set(Object.values(conductivity))].filter((sigma) => sigma > 0);
  if (values.length > MAX_CONDUCTIVITIES) {
    throw new SpecError(`conduct: at most ${MAX_CONDUCTIVITIES} different conductivities, got ${values.length}; give similar phases the same one`);
  }
  const classes = new Uint8Array(256);
  for (const [label, sigma] of Object.entries(conductivity)) classes[Number(label)] = values.indexOf(sigma) + 1;
  const pairs = new Uint8Array(CLASSES * CLASSES);
  const book = new Float64Array(256);
  let code = 0;
  values.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      code++;
      book[code] = (2 * a * values[j]) / (a + values[j]);
      pairs[(i + 1) * CLASSES + j + 1] = pairs[(j + 1) * CLASSES + i + 1] = code;
    }
  });
  // With one conductivity the other codes do not occur, and a linear book is quicker to read.
  if (values.length === 1) book.forEach((_, unused) => (book[unused] = unused * values[0]));
  await frame.scope(async () => {
    const [image, table, codes] = labelFacesPlan(shape).leases.map(({ name, bytes }) => frame.lease(name, bytes));
    await frame.write(image, labels);
    await frame.write(table, classes);
    await frame.write(codes, pairs);
    await frame.call(
      'labelFaces',
      [
        ...[faces.z, faces.y, faces.x, faces.topZ, faces.topY, faces.topX, image, table, codes].map(({ ptr }) => ptr),
        ...shape, periodic ? 1 : 0,
      ],
      { name: 'faces', work: voxelCount(shape) },
    );
  });
  return book;
}

/** Leases of `codedNetwork`: the codes of the finest level stay, the rest is scratch.
 *  @param shape transport axis first; periodic: whether opposite faces of the window are one */
export function codedPlan(shape: Shape, threads: number, periodic: boolean): { readonly finest: readonly PlannedLease[]; readonly scratch: readonly PlannedLease[] } {
  const [nz, ny, nx] = shape;
  const { half } = layoutOf(shape);
  return {
    finest: [...['codes z', 'codes y', 'codes x'].map((name) => ({ name, bytes: 2 * half + 64 })), { name: 'codebook', bytes: BOOK_WORDS * 4 }],
    scratch: [
      { name: 'bits', bytes: (5 * nz * ny + ny) * Math.ceil(nx / 64) * 8 },
      { name: 'queue', bytes: 2 * nz * ny * 4 },
      { name: 'queued', bytes: 2 * nz * ny },
      { name: 'lines', bytes: threads * Math.ceil(nx / 64) * 64 },
      { name: 'counts', bytes: 5 * 8 * nz },
      { name: 'entry', bytes: ENTRY_WORDS * 4 },
      ...(periodic ? [{ name: 'clusters', bytes: 4 * nz * ny * nx }, { name: 'windows', bytes: 4 * nz * ny * nx }, { name: 'winds', bytes: 4 }] : []),
    ],
  };
}

export interface CodedCounts extends NetworkCounts {
  /** Norm of the right-hand side for u = 1 in steps of the linear profile on the low boundary, before that profile is subtracted. */
  readonly rightNorm: number;
}

/** What the solver is given: the image with the transport axis first. */
export interface CodedSource {
  readonly axis: Axis;
  /** Sizes of the image (z, y, x). */
  readonly shape: Shape;
  readonly faces: FaceLeases;
  readonly book: Codebook;
  /** Lowest conductivities that make islands (`islandThresholds`), in the unit of `book`. */
  readonly islands?: readonly number[];
  /** Voxel edges (z, y, x) in any unit. */
  readonly voxelSize: readonly [number, number, number];
  readonly periodic: boolean;
}

/** The codebook as the kernels read it. weights: of the axes; a boundary lies half a step away. */
function codebooks(book: Codebook, weights: readonly number[], periodic: boolean): Float32Array {
  const linear = book.every((g, code) => Math.abs(g - code * book[1]) <= 1e-12 * book[1] * code);
  const words = new Float32Array(BOOK_WORDS);
  [...weights, periodic ? 1 : 2].forEach((weight, k) => {
    const unit = Math.fround(book[1] * weight);
    // A linear book holds what the kernels compute from its code 1.
    book.forEach((g, code) => (words[256 * k + code] = linear ? unit * code : g * weight));
  });
  new Uint32Array(words.buffer)[4 * 256] = linear ? 1 : 0;
  return words;
}

/** The codes of the finest level from codes in natural order, and what there is to solve.
 *  @param finest leases as `codedPlan` says */
export async function codedNetwork(
  frame: Frame, { axis, shape, faces, book, islands = [], voxelSize, periodic }: CodedSource, finest: readonly Lease[],
): Promise<{ finest: FinestLevel; counts: CodedCounts }> {
  const order = axisOrder(axis);
  const turned: Shape = [shape[order[0]], shape[order[1]], shape[order[2]]];
  const stride = [shape[1] * shape[2], shape[2], 1];
  const byAxis = [faces.z, faces.y, faces.x];
  const top = [faces.topZ, faces.topY, faces.topX][order[0]];
  const [z, y, x, bookLease] = finest;
  // Between a conductivity and a far lower one the harmonic mean is far lower too, and between two that are high it is as high.
  const strong = islands.map((lowest) => Uint8Array.from(book, (g) => (g >= 0.999 * lowest ? 1 : 0)));
  const weights = order.map((own) => (voxelSize[order[0]] / voxelSize[own]) ** 2);
  const lowest = islands.map((sigma) => 0.999 * sigma * Math.min(...weights));
  const level: FinestLevel = { z, y, x, book: bookLease, periodic, strong, lowest };
  await frame.write(bookLease, codebooks(book, weights, periodic));
  return frame.scope(async () => {
    const [bits, queue, queued, lines, counts, entry, clusters, windows, winds] = codedPlan(turned, frame.threads, periodic)
      .scratch.map(({ name, bytes }) => frame.lease(name, bytes));
    await frame.write(entry, levelEntry(layoutOf(turned), finestAddresses(level, turned), periodic));
    await frame.call(
      'codedNetwork',
      [
        counts.ptr, entry.ptr, bits.ptr, queue.ptr, queued.ptr, lines.ptr, ...order.map((own) => byAxis[own].ptr), top.ptr,
        order[0] === 2 ? shape[1] : shape[2], ...order.map((own) => stride[own]),
      ],
      { name: 'conducting voxels', work: 10 * voxelCount(shape) },
    );
    if (periodic) {
      await frame.call(
        'windsAround',
        [winds.ptr, clusters.ptr, windows.ptr, faces.z.ptr, faces.y.ptr, faces.x.ptr, ...shape, order[0]],
        { name: 'paths around the window', work: voxelCount(shape) },
      );
    }
    const conducts = !periodic || (await frame.read(winds, Uint32Array, 1))[0] === 1;
    const values = await frame.read(counts, Float64Array);
    const sum = (slot: number): number => {
      let total = 0;
      for (let plane = 0; plane < turned[0]; plane++) total += values[5 * plane + slot];
      return total;
    };
    return {
      finest: level,
      counts: {
        conducting: conducts ? sum(0) : 0, linearEnergy: sum(1), low: values[2], high: values[5 * (turned[0] - 1) + 3],
        rightNorm: turned[0] * Math.sqrt(values[4]),
      },
    };
  });
}

/** Leases of `transportFields`. @param shape of the image */
export function fieldsPlan(shape: Shape, arrays: boolean): LeasePlan {
  const bytes = 4 * voxelCount(shape);
  return {
    leases: [
      { name: 'mean flux', bytes: 24 * Math.max(...shape) },
      ...(arrays ? [{ name: 'potential image', bytes }, { name: 'flux image', bytes }] : []),
    ],
  };
}

export interface TransportFields {
  /** Mean flux over the window along z, y, x of the image, in units of the conductivity 1 × the mean gradient. */
  readonly meanFlux: readonly [z: number, y: number, x: number];
  /** f32 in natural order: 1 at the low face … 0 at the high one, NaN where nothing conducts. */
  readonly potential: Float32Array | null;
  /** |J| at voxel centres in the unit of `meanFlux`; 0 where nothing conducts. */
  readonly flux: Float32Array | null;
}

/** Potential and flux of a solution, for any kind of network. */
export async function transportFields(
  frame: Frame, { entry, deviation, second }: SolvedNetwork,
  { axis, shape, voxelSize }: Pick<CodedSource, 'axis' | 'shape' | 'voxelSize'>, arrays: boolean,
): Promise<TransportFields> {
  return frame.scope(async () => {
    const [sums, potential, flux] = fieldsPlan(shape, arrays).leases.map(({ name, bytes }) => frame.lease(name, bytes));
    const order = axisOrder(axis);
    const stride = [shape[1] * shape[2], shape[2], 1];
    await frame.call(
      'transportFields',
      [
        sums.ptr, entry, deviation, second, potential?.ptr ?? 0, flux?.ptr ?? 0, ...order.map((own) => stride[own]),
        voxelSize[order[1]] / voxelSize[order[0]], voxelSize[order[2]] / voxelSize[order[0]],
      ],
      { name: 'flux', work: voxelCount(shape) },
    );
    const rows = shape[order[1]];
    const values = await frame.read(sums, Float64Array, 3 * rows);
    const mean = [0, 0, 0];
    order.forEach((own, k) => {
      for (let row = 0; row < rows; row++) mean[own] += values[3 * row + k] / voxelCount(shape);
    });
    return {
      meanFlux: [mean[0], mean[1], mean[2]],
      potential: potential === undefined ? null : await frame.read(potential, Float32Array),
      flux: flux === undefined ? null : await frame.read(flux, Float32Array),
    };
  });
}
