// Electrolyte as convex polyhedra around and between spheres: cells of the power diagram of spheres that lie loosely in
// the room between the others. Void are whole cells that are left out, or gaps between all of them (decision 0208).
import { voxelCount, type Shape } from '../../core/grid.js';
import { PORE, SE } from '../../core/volume.js';
import { philox, streamKey, type StreamKey } from '../../numeric/philox.js';
import { portableCubeRoot } from '../../numeric/portable.js';
import type { RunOptions } from '../../runtime/session.js';
import type { RandomSpec } from '../model.js';
import type { Box, Spheres } from './neighbours.js';
import { joined, packSpheres, scatter, type Packed } from './pack.js';
import type { Particles } from './particles.js';
import { depthInCell, eachCell, type Diagram } from './power-cells.js';
import { Ranked } from './ranked.js';
import { stretchOfVoxels, type ParticleClass } from './recipe.js';
import { relax } from './relax.js';
import { sampleSizes } from './sizes.js';

/** How the void lies between the polyhedra. */
export type Voids = 'cells' | 'gaps';

/** Generators fill so much of the room between the spheres: they come apart, and cells keep the sizes of theirs. */
const LOOSE = 0.3;
/** They need not come apart wholly. */
const CLEARANCE = 0.001;
const ITERATIONS = 300;
const SPHERE = Math.PI / 6;
/** Stream of the order in which cells are left out; the classes of spheres have theirs by their number. */
const ORDER = 2 ** 31;

/** Generators of cells: spheres of the class pushed apart between those that are there.
 *  @param share of the room that the polyhedra fill */
async function generatorsOf(
  spec: Required<RandomSpec>, { sizes }: ParticleClass, spheres: Spheres, room: number, share: number, box: Box,
  run: RunOptions,
): Promise<Diagram> {
  const sample = sampleSizes(sizes, share * room);
  const diameters = sample.length > 0 ? sample : Float64Array.of(sizes.most);
  const sum = diameters.reduce((total, d) => total + SPHERE * d * d * d, 0);
  const scale = portableCubeRoot((LOOSE * room) / sum) / 2;
  const hard = spheres.radii.length;
  const radii = joined([spheres.radii, diameters.map((d) => d * scale)]);
  const places = scatter(streamKey(spec as StreamKey), ORDER - 1, 0, diameters.length, box);
  const centres = joined([spheres.centres, places]);
  const reachOf = (i: number, j: number): number => (i < hard && j < hard ? 0 : radii[i] + radii[j]);
  await relax({ centres, radii, box, reachOf, frozen: hard }, { clearance: CLEARANCE, iterations: ITERATIONS }, run);
  return { centres: centres.slice(3 * hard), radii: radii.slice(hard), box, stretch: stretchOfVoxels(spec) };
}

/** Generators in the order in which their cells are left out. */
function shuffled(count: number, spec: Required<RandomSpec>): number[] {
  const key = streamKey(spec as StreamKey);
  const block = new Uint32Array(4);
  const ranks = Float64Array.from({ length: count }, (_, k) => {
    philox(block, k, ORDER, 0, 0, key[0], key[1]);
    return block[0] * 2 ** 21 + Math.floor(block[1] / 2 ** 11);
  });
  return Array.from(ranks.keys()).sort((a, b) => ranks[a] - ranks[b]);
}

/** Gives voxels of the void to cells, but for as many as are to stay void.
 *  @param order in which cells are left out; null: none is, gaps part them all
 *  @returns generator of every voxel of a cell, −1 elsewhere */
function drawCells(
  size: Shape, diagram: Diagram, labels: Uint8Array, empty: number, order: readonly number[] | null,
): Int32Array {
  const owners = new Int32Array(labels.length).fill(-1);
  const counts = new Float64Array(diagram.radii.length);
  eachCell(diagram, size, 0, (at) => labels[at] === PORE, (at, own, { generators }) => {
    owners[at] = generators[own];
    counts[generators[own]]++;
  });
  // Cells are left out while whole ones are to stay void; of the next one the voxels nearest to its faces.
  const out = new Uint8Array(counts.length);
  let left = empty;
  let next: number | null = null;
  for (const k of order ?? []) {
    if (counts[k] > left) {
      next = k;
      break;
    }
    out[k] = 1;
    left -= counts[k];
  }
  const shrinks = (at: number): boolean => (order === null ? owners[at] >= 0 : owners[at] === next);
  const shallow = new Ranked();
  for (let reach = order === null ? 0.5 : 4; left > 0; reach *= 2) {
    // Twice as deep until there are enough.
    shallow.clear();
    eachCell(diagram, size, reach, shrinks, (at, own, candidates, from) => {
      const depth = depthInCell(diagram, candidates, own, from);
      if (depth < reach) shallow.add(at, depth / reach);
    });
    if (shallow.length >= left || reach > Math.max(...diagram.box)) break;
  }
  owners.forEach((owner, at) => {
    if (owner < 0) return;
    if (out[owner] === 0) labels[at] = SE;
    else owners[at] = -1;
  });
  shallow.inOrder((at) => {
    if (left === 0) return false;
    labels[at] = PORE;
    owners[at] = -1;
    left--;
    return true;
  });
  return owners;
}

/** Generators with voxels, where the voxels lie. */
function cellsInWindow(
  { size, edges }: Required<RandomSpec>, diagram: Diagram, owners: Int32Array,
): Pick<Particles, 'centres' | 'radii' | 'labels'> {
  const { centres, radii, box, stretch } = diagram;
  const first = new Float64Array(radii.length).fill(-1);
  owners.forEach((owner, at) => {
    if (owner >= 0 && first[owner] < 0) first[owner] = at;
  });
  const [, ny, nx] = size;
  const own = Array.from(radii.keys()).filter((k) => first[k] >= 0);
  const places = own.flatMap((k) => {
    const at = first[k];
    const near = [(Math.floor(at / (ny * nx)) + 0.5) / stretch, (Math.floor(at / nx) % ny) + 0.5, (at % nx) + 0.5];
    return near.map((voxel, axis) => {
      const [c, length] = [centres[3 * k + axis], box[axis]];
      const images = edges === 'periodic' ? Math.floor(c / length) : Math.round((c - voxel) / length);
      return (c - length * images) * (axis === 0 ? stretch : 1);
    });
  });
  return {
    centres: Float64Array.from(places), radii: Float64Array.from(own, (k) => radii[k]),
    labels: new Uint8Array(own.length).fill(SE),
  };
}

/** Packs all classes but the electrolyte as spheres, and fills the room between them with polyhedra of electrolyte, so
 *  that the voxels of every label are as many as its share of the window.
 *  @throws PackingError, CancelledError, SpecError */
export async function packPolyhedra(
  spec: Required<RandomSpec>, classes: readonly ParticleClass[], voids: Voids, box: Box, run: RunOptions,
): Promise<Omit<Packed, 'spheres'>> {
  const soft = classes.find(({ label }) => label === SE);
  const hard = classes.filter((one) => one !== soft);
  const kept = classes.map((one, k) => (one === soft ? -1 : k)).filter((k) => k >= 0);
  const seen = hard.map((one) => ({ ...one, reach: kept.map((k) => one.reach[k]) }));
  const packed: Packed = hard.length > 0 ? await packSpheres(spec, seen, box, run) : {
    labels: new Uint8Array(voxelCount(spec.size)).fill(PORE), scales: {}, iterations: 0,
    spheres: { centres: new Float64Array(0), radii: new Float64Array(0) },
    particles: {
      centres: new Float64Array(0), radii: new Float64Array(0), labels: new Uint8Array(0), cells: [],
      periodic: spec.edges === 'periodic', stretch: stretchOfVoxels(spec),
    },
  };
  if (soft === undefined) return packed;
  const { labels, particles } = packed;
  const free = 1 - hard.reduce((sum, { fraction }) => sum + fraction, 0);
  const room = free * box[0] * box[1] * box[2];
  const share = voids === 'cells' ? 1 : soft.fraction / free;
  const diagram = await generatorsOf(spec, soft, packed.spheres, room, share, box, run);
  const empty = labels.reduce((n, label) => n + Number(label === PORE), 0) - Math.round(soft.fraction * labels.length);
  const order = voids === 'cells' ? shuffled(diagram.radii.length, spec) : null;
  const owners = drawCells(spec.size, diagram, labels, Math.max(0, empty), order);
  const cells = cellsInWindow(spec, diagram, owners);
  return {
    ...packed,
    particles: {
      ...particles, cells: [SE], centres: joined([particles.centres, cells.centres]),
      radii: joined([particles.radii, cells.radii]), labels: Uint8Array.from([...particles.labels, ...cells.labels]),
    },
  };
}
