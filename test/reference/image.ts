// Slow, readable twins of the image pipeline.
import type { Shape } from '../../src/core/grid.js';

type Numbers = ArrayLike<number>;

const clamp = (i: number, n: number): number => Math.min(Math.max(i, 0), n - 1);

/** Values of the size³ voxels around (z, y, x); the outermost are repeated. */
function around(values: Numbers, [nz, ny, nx]: Shape, z: number, y: number, x: number, reach: number): number[] {
  const found: number[] = [];
  for (let c = -reach; c <= reach; c++) {
    for (let b = -reach; b <= reach; b++) {
      for (let a = -reach; a <= reach; a++) {
        found.push(values[(clamp(z + c, nz) * ny + clamp(y + b, ny)) * nx + clamp(x + a, nx)]);
      }
    }
  }
  return found;
}

export function mapVoxels([nz, ny, nx]: Shape, value: (z: number, y: number, x: number) => number): number[] {
  const result: number[] = [];
  for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) result.push(value(z, y, x));
  return result;
}

export function medianTwin(values: Numbers, shape: Shape, size: number): number[] {
  return mapVoxels(
    shape, (z, y, x) => around(values, shape, z, y, x, (size - 1) / 2).sort((a, b) => a - b)[(size ** 3 - 1) / 2],
  );
}

export function boxTwin(values: Numbers, shape: Shape, size: number): number[] {
  return mapVoxels(
    shape, (z, y, x) => around(values, shape, z, y, x, (size - 1) / 2).reduce((a, b) => a + b, 0) / size ** 3,
  );
}

/** The whole cube of weights at once, in f64. */
export function gaussianTwin(values: Numbers, [nz, ny, nx]: Shape, sigma: number, reach: number): number[] {
  const line = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp((-0.5 * (k - reach) ** 2) / sigma ** 2));
  const total = line.reduce((a, b) => a + b, 0);
  return mapVoxels([nz, ny, nx], (z, y, x) => {
    let sum = 0;
    for (let c = -reach; c <= reach; c++) {
      for (let b = -reach; b <= reach; b++) {
        for (let a = -reach; a <= reach; a++) {
          const weight = (line[c + reach] * line[b + reach] * line[a + reach]) / total ** 3;
          sum += weight * values[(clamp(z + c, nz) * ny + clamp(y + b, ny)) * nx + clamp(x + a, nx)];
        }
      }
    }
    return sum;
  });
}

/** Perona-Malik in f64. */
export function diffusionTwin(
  values: Numbers, shape: Shape, iterations: number, kappa: number, rate: number,
): number[] {
  let from = Array.from(values);
  const [nz, ny, nx] = shape;
  for (let step = 0; step < iterations; step++) {
    const before = from;
    from = mapVoxels(shape, (z, y, x) => {
      const value = before[(z * ny + y) * nx + x];
      let flow = 0;
      for (const [c, b, a] of [[-1, 0, 0], [1, 0, 0], [0, -1, 0], [0, 1, 0], [0, 0, -1], [0, 0, 1]]) {
        const d = before[(clamp(z + c, nz) * ny + clamp(y + b, ny)) * nx + clamp(x + a, nx)] - value;
        flow += d / (1 + (d / kappa) ** 2);
      }
      return value + rate * flow;
    });
  }
  return from;
}

/** All thresholds tried. Histogram counts by grey value; @returns the greatest Σ S²/n and the thresholds, lowest
 *  first. */
export function otsuTwin(counts: Numbers, classes: number): { between: number; thresholds: number[] } {
  const n = counts.length;
  const gain = (from: number, to: number): number => {
    let [sum, count] = [0, 0];
    for (let v = from; v < to; v++) {
      sum += v * counts[v];
      count += counts[v];
    }
    return count === 0 ? NaN : (sum * sum) / count;
  };
  let best = { between: -Infinity, thresholds: [] as number[] };
  const choose = (cuts: number[]): void => {
    if (cuts.length === classes - 1) {
      const edges = [0, ...cuts, n];
      const between = edges.slice(1).reduce((sum, edge, k) => sum + gain(edges[k], edge), 0);
      if (between > best.between) best = { between, thresholds: cuts };
      return;
    }
    for (let cut = (cuts.at(-1) ?? 0) + 1; cut < n; cut++) choose([...cuts, cut]);
  };
  choose([]);
  return best;
}

const SIDES = [[-1, 0, 0], [1, 0, 0], [0, -1, 0], [0, 1, 0], [0, 0, -1], [0, 0, 1]] as const;

function neighbours([nz, ny, nx]: Shape, i: number): number[] {
  const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
  return SIDES.flatMap(([c, b, a]) => {
    const [k, j, h] = [z + c, y + b, x + a];
    return k >= 0 && j >= 0 && h >= 0 && k < nz && j < ny && h < nx ? [(k * ny + j) * nx + h] : [];
  });
}

/** Components of equal labels among the voxels of `set`, by flooding. */
export function componentsOf(labels: Numbers, shape: Shape, set: (i: number) => boolean = () => true): number[][] {
  const seen = new Set<number>();
  const found: number[][] = [];
  for (let first = 0; first < labels.length; first++) {
    if (seen.has(first) || !set(first)) continue;
    const component = [first];
    seen.add(first);
    for (let k = 0; k < component.length; k++) {
      for (const j of neighbours(shape, component[k])) {
        if (seen.has(j) || !set(j) || labels[j] !== labels[first]) continue;
        seen.add(j);
        component.push(j);
      }
    }
    found.push(component);
  }
  return found;
}

function majority(votes: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const label of votes) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || a - b)[0][0];
}

/** null when nothing is large enough to stay. */
export function cleanTwin(
  labels: Numbers, shape: Shape, least: number, phases: readonly number[] | null,
): number[] | null {
  const result = Array.from(labels);
  const marked = new Set<number>();
  for (const component of componentsOf(labels, shape)) {
    if (component.length < least && (phases === null || phases.includes(labels[component[0]]))) {
      component.forEach((i) => marked.add(i));
    }
  }
  while (marked.size > 0) {
    const decided: [number[], number][] = [];
    for (const component of componentsOf(result, shape, (i) => marked.has(i))) {
      const votes = component.flatMap((i) => neighbours(shape, i).filter((j) => !marked.has(j)).map((j) => result[j]));
      if (votes.length > 0) decided.push([component, majority(votes)]);
    }
    if (decided.length === 0) return null;
    for (const [component, label] of decided) {
      for (const i of component) {
        result[i] = label;
        marked.delete(i);
      }
    }
  }
  return result;
}

/** Voxels covered by digital balls of `radius` inside `set`; beyond the window everything is inside. */
export function ballOpening(set: readonly boolean[], [nz, ny, nx]: Shape, radius: number): boolean[] {
  const reach = Math.floor(radius);
  const ball: (readonly [number, number, number])[] = [];
  for (let c = -reach; c <= reach; c++) {
    for (let b = -reach; b <= reach; b++) {
      for (let a = -reach; a <= reach; a++) if (c * c + b * b + a * a <= radius * radius) ball.push([c, b, a]);
    }
  }
  const at = (z: number, y: number, x: number): number =>
    (z < 0 || y < 0 || x < 0 || z >= nz || y >= ny || x >= nx ? -1 : (z * ny + y) * nx + x);
  const covered = set.map(() => false);
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const voxels = ball.map(([c, b, a]) => at(z + c, y + b, x + a));
        if (voxels.some((i) => i >= 0 && !set[i])) continue;
        for (const i of voxels) if (i >= 0) covered[i] = true;
      }
    }
  }
  return covered;
}

/** Removed voxels of `phase` take the label of most faces to other phases, in rounds; without any, the most frequent
 *  other label. */
export function regrowTwin(labels: Numbers, kept: readonly boolean[], shape: Shape, phase: number): number[] {
  const result = Array.from(labels);
  let waiting = result.map((_, i) => i).filter((i) => result[i] === phase && !kept[i]);
  const before = new Set<number>(waiting);
  while (waiting.length > 0) {
    const decided: [number, number][] = [];
    for (const i of waiting) {
      const votes = neighbours(shape, i).filter((j) => !before.has(j) && result[j] !== phase).map((j) => result[j]);
      if (votes.length > 0) decided.push([i, majority(votes)]);
    }
    if (decided.length === 0) {
      const rest = majority(Array.from(labels).filter((label) => label !== phase));
      waiting.forEach((i) => (result[i] = rest));
      return result;
    }
    for (const [i, label] of decided) {
      result[i] = label;
      before.delete(i);
    }
    waiting = waiting.filter((i) => before.has(i));
  }
  return result;
}

/** Overlaps of target voxel i of m with the source voxels of n, in units of 1/(n·m). */
function overlaps(i: number, n: number, m: number): [number, number][] {
  const found: [number, number][] = [];
  for (let j = 0; j < n; j++) {
    const length = Math.min((j + 1) * m, (i + 1) * n) - Math.max(j * m, i * n);
    if (length > 0) found.push([j, length]);
  }
  return found;
}

function blocks(
  from: Shape, to: Shape, use: (cells: { i: number; weight: number; z: number; y: number; x: number }[]) => number,
): number[] {
  const [, ny, nx] = from;
  return mapVoxels(to, (k, j, h) => use(
    overlaps(k, from[0], to[0]).flatMap(([z, c]) =>
      overlaps(j, ny, to[1]).flatMap(([y, b]) =>
        overlaps(h, nx, to[2]).map(([x, a]) => ({ i: (z * ny + y) * nx + x, weight: c * b * a, z, y, x })))),
  ));
}

export function rescaleGreysTwin(values: Numbers, from: Shape, to: Shape): number[] {
  const whole = from[0] * from[1] * from[2];
  return blocks(from, to, (cells) => cells.reduce((sum, { i, weight }) => sum + weight * values[i], 0) / whole);
}

export function rescaleLabelsTwin(labels: Numbers, from: Shape, to: Shape): number[] {
  const [nz, ny, nx] = from;
  return blocks(from, to, (cells) => {
    const votes = new Map<number, number>();
    for (const { i, weight } of cells) votes.set(labels[i], (votes.get(labels[i]) ?? 0) + weight);
    const most = Math.max(...votes.values());
    const tied = [...votes.keys()].filter((label) => votes.get(label) === most).sort((a, b) => a - b);
    const span = (pick: (cell: { z: number; y: number; x: number }) => number, n: number): number[] => {
      const all = cells.map(pick);
      const [low, high] = [Math.max(0, Math.min(...all) - 1), Math.min(n - 1, Math.max(...all) + 1)];
      return Array.from({ length: high - low + 1 }, (_, k) => low + k);
    };
    const wider = new Map<number, number>();
    for (const z of span((c) => c.z, nz)) {
      for (const y of span((c) => c.y, ny)) {
        for (const x of span((c) => c.x, nx)) {
          const label = labels[(z * ny + y) * nx + x];
          wider.set(label, (wider.get(label) ?? 0) + 1);
        }
      }
    }
    return tied.reduce((best, label) => ((wider.get(label) ?? 0) > (wider.get(best) ?? 0) ? label : best));
  });
}
