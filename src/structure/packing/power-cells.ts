// To which cell of a power (Laguerre) diagram voxels belong, exactly: blocks of voxels gather the few generators that
// any of their voxels may belong to. Only + − × ÷ and sqrt.
import type { Shape } from '../../core/grid.js';
import type { Box, Spheres } from './neighbours.js';

/** Generators: a point x belongs to that of the least |x − centre|² − radius². */
export interface Diagram extends Spheres {
  /** Lengths after which it repeats itself; Infinity: it does not. */
  readonly box: Box;
  /** Edge of a voxel along x over its edge along z. */
  readonly stretch: number;
}

/** Edge of a block, voxels. */
const BLOCK = 8;
const FEW = 64;

interface Grid {
  readonly origin: readonly number[];
  readonly edge: readonly number[];
  readonly cells: readonly number[];
  readonly starts: Int32Array;
  readonly members: Int32Array;
}

function gridOf({ centres, radii, box, stretch }: Diagram, shape: Shape): Grid {
  const count = radii.length;
  const [origin, length] = [[0, 0, 0], [...box] as number[]];
  for (let axis = 0; axis < 3; axis++) {
    if (box[axis] < Infinity) continue;
    let [low, high] = [0, axis === 0 ? shape[0] / stretch : shape[axis]];
    for (let k = axis; k < centres.length; k += 3) {
      low = Math.min(low, centres[k]);
      high = Math.max(high, centres[k]);
    }
    [origin[axis], length[axis]] = [low, high - low];
  }
  // About two generators in a cell.
  const volume = length[0] * length[1] * length[2];
  const cells = length.map((l) => {
    let n = 1;
    while (n < 256 && 2 * (n * n * n) * volume < count * l * l * l) n++;
    return n;
  });
  const edge = length.map((l, axis) => l / cells[axis]);
  const cellAt = (k: number): number => {
    const at = [0, 1, 2].map((axis) => {
      const place = centres[3 * k + axis] - origin[axis];
      const inside = box[axis] < Infinity ? place - box[axis] * Math.floor(place / box[axis]) : place;
      return Math.min(cells[axis] - 1, Math.floor(inside / edge[axis]));
    });
    return (at[0] * cells[1] + at[1]) * cells[2] + at[2];
  };
  const owners = Int32Array.from(radii, (_, k) => cellAt(k));
  const starts = new Int32Array(cells[0] * cells[1] * cells[2] + 1);
  for (const cell of owners) starts[cell + 1]++;
  for (let c = 1; c < starts.length; c++) starts[c] += starts[c - 1];
  const next = starts.slice();
  const members = new Int32Array(count);
  owners.forEach((cell, k) => (members[next[cell]++] = k));
  return { origin, edge, cells, starts, members };
}

/** Generators near a block of voxels. */
export interface Candidates {
  count: number;
  readonly generators: Int32Array;
  /** From the centre of the block to the generator, z, y, x of each. */
  readonly apart: Float64Array;
}

/** Calls `visit` for every voxel that `wanted` asks for with its generator, and with what `visit` may need to see how
 *  deep in its cell the voxel lies.
 *  @param depth so far beyond the cell of a voxel candidates are complete */
export function eachCell(
  diagram: Diagram, shape: Shape, depth: number, wanted: (at: number) => boolean,
  visit: (
    at: number, generator: number, candidates: Candidates, from: readonly [z: number, y: number, x: number],
  ) => void,
): void {
  const { centres, radii, box, stretch } = diagram;
  if (radii.length === 0) return;
  const [nz, ny, nx] = shape;
  const grid = gridOf(diagram, shape);
  let largest = 0;
  for (const radius of radii) largest = Math.max(largest, radius);
  const candidates: Candidates = {
    count: 0, generators: new Int32Array(radii.length), apart: new Float64Array(3 * radii.length),
  };
  const { generators, apart } = candidates;
  const distances = new Float64Array(radii.length);
  const half = Math.sqrt((BLOCK * BLOCK) / (stretch * stretch) + 2 * BLOCK * BLOCK) / 2;
  const narrowest = Math.min(...grid.edge);
  const farthest = Math.max(...grid.cells);

  /** All generators within `rings` cells of a place, each through its nearest image. */
  const gather = (place: readonly number[], rings: number): void => {
    candidates.count = 0;
    const range = place.map((value, axis) => {
      const at = Math.floor((value - grid.origin[axis]) / grid.edge[axis]);
      const cells = grid.cells[axis];
      if (box[axis] === Infinity) {
        const [low, high] = [Math.max(0, at - rings), Math.min(cells - 1, at + rings)];
        return [Math.min(low, cells - 1), Math.max(0, high - Math.min(low, cells - 1) + 1)];
      }
      return 2 * rings + 1 >= cells ? [0, cells] : [at - rings, 2 * rings + 1];
    });
    const modulo = (i: number, n: number): number => ((i % n) + n) % n;
    for (let a = 0; a < range[0][1]; a++) {
      for (let b = 0; b < range[1][1]; b++) {
        const row = (modulo(range[0][0] + a, grid.cells[0]) * grid.cells[1] + modulo(range[1][0] + b, grid.cells[1])) *
          grid.cells[2];
        for (let c = 0; c < range[2][1]; c++) {
          const cell = row + modulo(range[2][0] + c, grid.cells[2]);
          for (let m = grid.starts[cell]; m < grid.starts[cell + 1]; m++) {
            const k = grid.members[m];
            let square = 0;
            for (let axis = 0; axis < 3; axis++) {
              let d = centres[3 * k + axis] - place[axis];
              if (box[axis] < Infinity) d -= box[axis] * Math.round(d / box[axis]);
              apart[3 * candidates.count + axis] = d;
              square += d * d;
            }
            distances[candidates.count] = Math.sqrt(square);
            generators[candidates.count++] = k;
          }
        }
      }
    }
  };

  /** Leaves the candidates of a block: those whose power can be the least of a voxel, or within `depth` of it. */
  const narrow = (place: readonly number[]): void => {
    for (let rings = 1; ; rings++) {
      gather(place, rings);
      let [power, distance] = [Infinity, 0];
      for (let n = 0; n < candidates.count; n++) {
        const far = distances[n] + half;
        const upper = far * far - radii[generators[n]] * radii[generators[n]];
        if (upper < power) [power, distance] = [upper, far];
      }
      const limit = power + 2 * depth * distance + depth * depth;
      // What lies beyond the rings is farther than they are wide.
      const beyond = Math.max(0, rings * narrowest - half - depth);
      if (rings <= farthest && beyond * beyond <= limit + largest * largest) continue;
      let kept = 0;
      for (let n = 0; n < candidates.count; n++) {
        const near = Math.max(0, distances[n] - half - depth);
        const radius = radii[generators[n]];
        if (near * near > limit + radius * radius) continue;
        generators[kept] = generators[n];
        for (let axis = 0; axis < 3; axis++) apart[3 * kept + axis] = apart[3 * n + axis];
        kept++;
      }
      candidates.count = kept;
      return;
    }
  };

  // Cells of a few generators are so large that other images are nearest at the ends of a block.
  const few = radii.length < FEW && box.every((length) => length < Infinity);
  const from: [number, number, number] = [0, 0, 0];
  for (let z0 = 0; z0 < nz; z0 += BLOCK) for (let y0 = 0; y0 < ny; y0 += BLOCK) for (let x0 = 0; x0 < nx; x0 += BLOCK) {
    const place = [(z0 + BLOCK / 2) / stretch, y0 + BLOCK / 2, x0 + BLOCK / 2];
    let ready = false;
    for (let z = z0; z < Math.min(nz, z0 + BLOCK); z++) for (let y = y0; y < Math.min(ny, y0 + BLOCK); y++) {
      for (let x = x0; x < Math.min(nx, x0 + BLOCK); x++) {
        const at = (z * ny + y) * nx + x;
        if (!wanted(at)) continue;
        if (!ready) narrow(place);
        ready = true;
        from[0] = (z + 0.5) / stretch - place[0];
        from[1] = y + 0.5 - place[1];
        from[2] = x + 0.5 - place[2];
        let [best, least] = [0, Infinity];
        for (let n = 0; n < candidates.count; n++) {
          let dz = apart[3 * n] - from[0];
          let dy = apart[3 * n + 1] - from[1];
          let dx = apart[3 * n + 2] - from[2];
          if (few) {
            dz -= box[0] * Math.round(dz / box[0]);
            dy -= box[1] * Math.round(dy / box[1]);
            dx -= box[2] * Math.round(dx / box[2]);
          }
          const radius = radii[generators[n]];
          const power = dz * dz + dy * dy + dx * dx - radius * radius;
          // Ties go to the first of the list.
          if (power < least || (power === least && generators[n] < generators[best])) [best, least] = [n, power];
        }
        visit(at, best, candidates, from);
      }
    }
  }
}

/** How far a voxel lies inside of its cell: the least distance to the planes that bound it.
 *  @param own place of its generator among the candidates */
export function depthInCell(
  { radii }: Diagram, { count, generators, apart }: Candidates, own: number, from: readonly number[],
): number {
  const powerOf = (n: number): number => {
    const radius = radii[generators[n]];
    let sum = -radius * radius;
    for (let axis = 0; axis < 3; axis++) sum += (apart[3 * n + axis] - from[axis]) ** 2;
    return sum;
  };
  const power = powerOf(own);
  let depth = Infinity;
  for (let n = 0; n < count; n++) {
    if (n === own) continue;
    let square = 0;
    for (let axis = 0; axis < 3; axis++) square += (apart[3 * n + axis] - apart[3 * own + axis]) ** 2;
    if (square > 0) depth = Math.min(depth, (powerOf(n) - power) / (2 * Math.sqrt(square)));
  }
  return depth;
}
