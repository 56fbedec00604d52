// Networks with any face conductances: face codes from labels, and the finest level of the solver from face codes.
// Kernels: assembly/transport/faces/labels.ts, network/coded.ts, output/fields.ts.
import { BOOK_WORDS, FACE_CLASSES, FACE_COUNTS, LEVEL_BYTES } from '../../assembly/layout.js';
import { SpecError } from '../core/errors.js';
import { axisOrder, turnedShape, turnedStrides, voxelCount, type Axis, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { FaceLeases } from './faces.js';
import { finestAddresses, isLinear, isPeriodic, type Codebook, type CodedLevel, type FinestLevel } from './finest.js';
import { extents } from './extents.js';
import { layoutOf, levelEntry } from './levels.js';
import type { SolvedNetwork } from './solver.js';
import type { NetworkCounts } from './transport.js';

/** Conducting conductivities that codes can tell apart: their pairs must fit a byte. */
export const MAX_CONDUCTIVITIES = 22;
/** Codes of apertures: k/255 of a face that conducts 1 when it is open. */
export const APERTURE_BOOK: Codebook = Float64Array.from({ length: 256 }, (_, code) => code / 255);

export function labelFacesPlan(shape: Shape) {
  return {
    leases: named({
      labels: voxelCount(shape), classes: 256, pairs: FACE_CLASSES * FACE_CLASSES, low: FACE_CLASSES,
      high: FACE_CLASSES,
    }),
  };
}

/** Different conductivities above 0. */
const different = (conductivity: Readonly<Record<number, number>>): number[] =>
  [...new Set(Object.values(conductivity))].filter((sigma) => sigma > 0);

/** Whether a byte per face can tell the pairs of these conductivities apart; where not, faces are stored
 *  (stored.ts). */
export function fitCodes(conductivity: Readonly<Record<number, number>>): boolean {
  return different(conductivity).length <= MAX_CONDUCTIVITIES;
}

/** Face codes of a label image: conductance 2·σa·σb/(σa + σb) of the two voxels (harmonic), in the units of
 *  `conductivity`.
 *  @param conductivity of each label ≥ 0; labels that are not named insulate. No more different ones than `fitCodes`
 *    says. */
export async function labelFaces(
  frame: Frame, faces: FaceLeases, labels: Uint8Array, shape: Shape, conductivity: Readonly<Record<number, number>>,
  periodic: boolean,
): Promise<Codebook> {
  const values = different(conductivity);
  const classes = new Uint8Array(256);
  for (const [label, sigma] of Object.entries(conductivity)) classes[Number(label)] = values.indexOf(sigma) + 1;
  const pairs = new Uint8Array(FACE_CLASSES * FACE_CLASSES);
  const book = new Float64Array(256);
  let code = 0;
  values.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      code++;
      book[code] = (2 * a * values[j]) / (a + values[j]);
      pairs[(i + 1) * FACE_CLASSES + j + 1] = pairs[(j + 1) * FACE_CLASSES + i + 1] = code;
    }
  });
  // With one conductivity the other codes do not occur, and a linear book is quicker to read.
  if (values.length === 1) book.forEach((_, unused) => (book[unused] = unused * values[0]));
  const edge = Uint8Array.from({ length: FACE_CLASSES }, (_, k) => pairs[k * (FACE_CLASSES + 1)]);
  await writeFaceCodes(frame, faces, labels, shape, { classes, pairs, low: edge, high: edge }, periodic);
  return book;
}

/** Conductances of faces by what lies on their two sides, of cubic voxels and in any unit. */
export interface PairConductances {
  /** Labels that take part, 31 at most; all others insulate. */
  readonly labels: readonly number[];
  /** Between voxels of two labels ≥ 0: the same for (a, b) and (b, a). */
  between(a: number, b: number): number;
  /** Of the low and the high faces of the window ≥ 0, half a voxel from the voxel inside: they conduct twice this. */
  low(label: number): number;
  high(label: number): number;
}

/** Face codes of a label image whose conductances are given for pairs of labels, and not only for voxels: what lies
 *  between two phases may be a resistance of its own. The window does not repeat.
 *  @throws SpecError for more labels or conductances than codes can tell apart, or some that are not ≥ 0 */
export async function pairFaces(
  frame: Frame, faces: FaceLeases, image: Uint8Array, shape: Shape, conductances: PairConductances,
): Promise<Codebook> {
  const { labels } = conductances;
  if (labels.length >= FACE_CLASSES) {
    throw new SpecError(`pairFaces: ${FACE_CLASSES - 1} labels at most can take part, got ${labels.length}`);
  }
  const found: number[] = [0];
  const codeOf = (g: number): number => {
    if (!(g >= 0 && g < Infinity)) throw new SpecError(`pairFaces: conductances must be finite and ≥ 0, got ${g}`);
    const known = found.indexOf(g);
    return known < 0 ? found.push(g) - 1 : known;
  };
  const classes = new Uint8Array(256);
  const pairs = new Uint8Array(FACE_CLASSES * FACE_CLASSES);
  const [low, high] = [new Uint8Array(FACE_CLASSES), new Uint8Array(FACE_CLASSES)];
  labels.forEach((a, k) => {
    classes[a] = k + 1;
    low[k + 1] = codeOf(conductances.low(a));
    high[k + 1] = codeOf(conductances.high(a));
    labels.slice(0, k + 1).forEach((b, other) => {
      const code = codeOf(conductances.between(a, b));
      pairs[(k + 1) * FACE_CLASSES + other + 1] = pairs[(other + 1) * FACE_CLASSES + k + 1] = code;
    });
  });
  if (found.length > 256) {
    throw new SpecError(`pairFaces: a byte tells 255 conductances apart, got ${found.length - 1}; use fewer labels`);
  }
  await writeFaceCodes(frame, faces, image, shape, { classes, pairs, low, high }, false);
  return Float64Array.from({ length: 256 }, (_, code) => found[code] ?? 0);
}

/** Codes of pairs of classes and of classes at the faces of the window. */
interface ClassCodes {
  readonly classes: Uint8Array;
  readonly pairs: Uint8Array;
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

async function writeFaceCodes(
  frame: Frame, faces: FaceLeases, labels: Uint8Array, shape: Shape, codes: ClassCodes, periodic: boolean,
): Promise<void> {
  await frame.scope(async () => {
    const { labels: image, classes, pairs, low, high } = frame.take(labelFacesPlan(shape));
    await frame.write(image, labels);
    await frame.write(classes, codes.classes);
    await frame.write(pairs, codes.pairs);
    await frame.write(low, codes.low);
    await frame.write(high, codes.high);
    await frame.call(
      'labelFaces',
      {
        faceZ: faces.z, faceY: faces.y, faceX: faces.x, topZ: faces.topZ, topY: faces.topY, topX: faces.topX,
        labels: image, classes, pairs, low, high, ...extents(shape), periodic,
      },
      { name: 'faces', work: voxelCount(shape) },
    );
  });
}

/** Leases of `codedNetwork`: the codes of the finest level stay, the rest is scratch.
 *  @param shape transport axis first; periodic: whether opposite faces of the window are one */
export function codedPlan(shape: Shape, threads: number, periodic: boolean) {
  const [nz, ny, nx] = shape;
  const codes = 2 * layoutOf(shape).half + 64;
  return {
    finest: named({ 'codes z': codes, 'codes y': codes, 'codes x': codes, codebook: 4 * BOOK_WORDS }),
    scratch: [
      ...named({
        bits: (5 * nz * ny + ny) * Math.ceil(nx / 64) * 8,
        queue: 2 * nz * ny * 4,
        queued: 2 * nz * ny,
        lines: threads * Math.ceil(nx / 64) * 64,
        counts: 8 * FACE_COUNTS * nz,
        entry: LEVEL_BYTES,
      }),
      ...(periodic ? named({ clusters: 4 * nz * ny * nx, windows: 4 * nz * ny * nx, winds: 4 }) : []),
    ],
  };
}

export interface CodedCounts extends NetworkCounts {
  /** Norm of the right-hand side for u = 1 in steps of the linear profile on the low boundary, before that profile is
   *  subtracted. */
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
  /** Which voxels with open faces are kept: those from which paths lead to both ends, or all. A periodic window keeps
   *  all of them; then it says whether there are paths around it. */
  readonly keep?: 'percolating' | 'all';
}

/** The codebook as the kernels read it. weights: of the axes; a boundary lies half a step away. */
function codebooks(book: Codebook, weights: readonly number[], periodic: boolean): Float32Array {
  const linear = isLinear(book);
  const words = new Float32Array(BOOK_WORDS);
  [...weights, periodic ? 1 : 2].forEach((weight, k) => {
    const unit = Math.fround(book[1] * weight);
    // A linear book holds what the kernels compute from its code 1.
    book.forEach((g, code) => (words[256 * k + code] = linear ? unit * code : g * weight));
  });
  new Uint32Array(words.buffer)[4 * 256] = linear ? 1 : 0;
  return words;
}

/** What the faces across each axis of a network are multiplied by: the square of the edge along the transport axis over
 *  that across. */
export function faceWeights({ axis, voxelSize }: Pick<CodedSource, 'axis' | 'voxelSize'>): number[] {
  const order = axisOrder(axis);
  return order.map((own) => (voxelSize[order[0]] / voxelSize[own]) ** 2);
}

/** Writes a codebook where the kernels read it. */
export async function writeCodebook(frame: Frame, { book, codebook, weights, periodic }: CodedLevel): Promise<void> {
  await frame.write(book, codebooks(codebook, weights, periodic));
}

/** Counts of a finest level whose entry is at `entry`, without a right-hand side. out: f64[planes][FACE_COUNTS] */
export async function countFaces(frame: Frame, out: Lease, entry: Lease, [nz, ny, nx]: Shape): Promise<CodedCounts> {
  await frame.call('countNetwork', { out, entry }, { name: 'conducting voxels', work: nz * ny * nx });
  const values = await frame.read(out, Float64Array, FACE_COUNTS * nz);
  const sum = (slot: number): number => {
    let total = 0;
    for (let plane = 0; plane < nz; plane++) total += values[FACE_COUNTS * plane + slot];
    return total;
  };
  return {
    conducting: sum(0), linearEnergy: sum(1), low: values[2], high: values[FACE_COUNTS * (nz - 1) + 3],
    rightNorm: nz * Math.sqrt(values[4]),
  };
}

/** The entry of a finest level by itself. */
export function finestEntry(frame: Frame, finest: FinestLevel, shape: Shape): Uint8Array {
  return levelEntry(layoutOf(shape), finestAddresses(finest, shape), isPeriodic(finest), frame.addressBytes);
}

/** The codes of the finest level from codes in natural order, and what there is to solve.
 *  @param finest leases as `codedPlan` says */
export async function codedNetwork(
  frame: Frame, source: CodedSource, finest: readonly Lease[],
): Promise<{ finest: CodedLevel; counts: CodedCounts }> {
  const { axis, shape, faces, book: codebook, islands = [], periodic, keep = 'percolating' } = source;
  const order = axisOrder(axis);
  const turned = turnedShape(shape, axis);
  const [sz, sy, sx] = turnedStrides(shape, axis);
  const byAxis = [faces.z, faces.y, faces.x];
  const [z, y, x, book] = finest;
  const level: CodedLevel = {
    kind: 'coded', z, y, x, book, codebook, periodic, islands, weights: faceWeights(source),
    keepsAll: periodic || keep === 'all',
  };
  await writeCodebook(frame, level);
  return frame.scope(async () => {
    const leases = frame.take(codedPlan(turned, frame.threads, periodic).scratch);
    const { bits, queue, queued, lines, entry } = leases;
    await frame.write(entry, finestEntry(frame, level, turned));
    await frame.call('codedNetwork', {
      entry, bits, queue, queued, lines, codesZ: byAxis[order[0]], codesY: byAxis[order[1]], codesX: byAxis[order[2]],
      topZ: [faces.topZ, faces.topY, faces.topX][order[0]], sTop: order[0] === 2 ? shape[1] : shape[2], sz, sy, sx,
      all: keep === 'all',
    }, { name: 'conducting voxels', work: 9 * voxelCount(shape) });
    if (periodic) {
      await frame.call('windsAround', {
        out: leases.winds, parents: leases.clusters, windows: leases.windows, faceZ: faces.z, faceY: faces.y,
        faceX: faces.x,
        ...extents(shape), axis: order[0],
      }, { name: 'paths around the window', work: voxelCount(shape) });
    }
    const counts = await countFaces(frame, leases.counts, entry, turned);
    const conducts = !periodic || keep === 'all' || (await frame.read(leases.winds, Uint32Array, 1))[0] === 1;
    return { finest: level, counts: { ...counts, conducting: conducts ? counts.conducting : 0 } };
  });
}

/** Leases of `transportFields`. @param shape of the image */
export function fieldsPlan(shape: Shape, arrays: boolean) {
  const bytes = 4 * voxelCount(shape);
  return {
    leases: [
      ...named({ 'mean flux': 24 * Math.max(...shape) }),
      ...(arrays ? named({ 'potential image': bytes, 'flux image': bytes }) : []),
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
    const leases = frame.take(fieldsPlan(shape, arrays));
    const sums = leases['mean flux'];
    const [potential, flux] = arrays ? [leases['potential image'], leases['flux image']] : [null, null];
    const order = axisOrder(axis);
    const [sz, sy, sx] = turnedStrides(shape, axis);
    await frame.call(
      'transportFields',
      {
        out: sums, entry, x: deviation, second, potential, flux, sz, sy, sx,
        scaleY: voxelSize[order[1]] / voxelSize[order[0]], scaleX: voxelSize[order[2]] / voxelSize[order[0]],
      },
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
      potential: potential === null ? null : await frame.read(potential, Float32Array),
      flux: flux === null ? null : await frame.read(flux, Float32Array),
    };
  });
}
