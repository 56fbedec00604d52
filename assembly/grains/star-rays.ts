// Grains of a label image as radius functions: from a centre, rays walk from voxel face to voxel face until they have
// left the grain for good [Amanatides and Woo 1987]; where they leave is integrated against spherical harmonics.
import { barrier, enter, poll } from '../core/control';
import {
  STAR_CENTRE, STAR_CUT, STAR_MOST, STAR_LEAST, STAR_OPEN, STAR_RAYS, STAR_SQUARE, STAR_SURFACE, STAR_VALUES,
  STAR_VOLUME,
} from '../layout';
import { boundaryLevel, WEIGHTS } from './smooth-boundary';

/** What `starRays` takes. Lengths are in any unit. */
@unmanaged
export class StarRays {
  /** f64[grains][STAR_VALUES + pitch]: what layout.ts names, then c_ℓm. */
  out: usize;
  /** i32[voxels], 0 where there is no grain. */
  image: usize;
  /** i32[grains][7]: label, then the first and the last index of its voxels along z, y, x. */
  boxes: usize;
  /** f64[grains][3]: in a voxel of the grain. */
  centres: usize;
  /** f64[rays][4]: unit vector z, y, x, and weight; weights sum to 4π. */
  rays: usize;
  /** f64[rays][pitch]: harmonics on the rays, and their derivatives along θ and φ; 0 behind the last. */
  harmonics: usize;
  slopesTheta: usize;
  slopesPhi: usize;
  /** f32[threads][WEIGHTS] */
  scratch: usize;
  grains: i32;
  rayCount: i32;
  /** Even. */
  pitch: i32;
  /** Radius of a ray that leaves more than once: 0 the first time, 1 that of the same volume, 2 the last time. */
  crossing: i32;
  /** Rays that leave into another grain or the window go on so far, as long as they are in some grain or beyond the
   *  window. */
  overlap: f64;
  edgeZ: f64;
  edgeY: f64;
  edgeX: f64;
  nz: i32;
  ny: i32;
  nx: i32;
}

// What a ray found, per thread.
let radius: f64 = 0;
let first: f64 = 0;
let exits: i32 = 0;
let lastKind: i32 = 0;
let lastGrain: i32 = 0;
let firstKind: i32 = 0;
let firstGrain: i32 = 0;
let walked: i32 = 0;

const INTO_NOTHING: i32 = 0;
const INTO_GRAIN: i32 = 1;
const INTO_WINDOW: i32 = 2;

/** Distance along an axis to the next face, in units of the ray's parameter. */
// @ts-ignore: decorator
@inline
function toFace(position: f64, index: i32, step: f64): f64 {
  if (step == 0) return Infinity;
  return (<f64>(step > 0 ? index + 1 : index) - position) / step;
}

/** Level of the boundary at t of a ray. */
// @ts-ignore: decorator
@inline
function levelAt(
  given: StarRays, label: i32, centre: usize, ray: usize, t: f64, other: i32, weights: usize,
): f64 {
  return boundaryLevel(
    given.image, given.nz, given.ny, given.nx, weights,
    (load<f64>(centre) + t * load<f64>(ray)) / given.edgeZ,
    (load<f64>(centre, 8) + t * load<f64>(ray, 8)) / given.edgeY,
    (load<f64>(centre, 16) + t * load<f64>(ray, 16)) / given.edgeX, label, other,
  );
}

/** Where the smooth boundary crosses a ray that leaves the voxels of the grain at t; t where it does not within one and
 *  a half edges. */
function refined(
  given: StarRays, label: i32, centre: usize, ray: usize, t: f64, other: i32, edge: f64, weights: usize,
): f64 {
  let low = t;
  let levelLow = levelAt(given, label, centre, ray, t, other, weights);
  const step = levelLow > 0 ? 0.75 * edge : -0.75 * edge;
  let high = t;
  let levelHigh = levelLow;
  for (let k = 0; k < 2; k++) {
    low = high;
    levelLow = levelHigh;
    high += step;
    levelHigh = levelAt(given, label, centre, ray, high, other, weights);
    if (levelLow > 0 != levelHigh > 0) break;
  }
  if (levelLow > 0 == levelHigh > 0) return t;
  // Illinois: the end that stays counts half.
  let middle = low;
  for (let k = 0; k < 4; k++) {
    middle = low + (high - low) * (levelLow / (levelLow - levelHigh));
    const level = levelAt(given, label, centre, ray, middle, other, weights);
    if (level > 0 == levelHigh > 0) {
      high = middle;
      levelHigh = level;
      levelLow *= 0.5;
    } else {
      low = high;
      levelLow = levelHigh;
      high = middle;
      levelHigh = level;
    }
  }
  return Math.max(0, middle);
}

/** Walks one ray; `tolerance`: gaps and pieces shorter than this are steps of the voxels, no crossings. */
function walk(given: StarRays, box: usize, centre: usize, ray: usize, tolerance: f64, weights: usize): void {
  const nz = given.nz, ny = given.ny, nx = given.nx;
  const label = load<i32>(box);
  const pz = load<f64>(centre) / given.edgeZ;
  const py = load<f64>(centre, 8) / given.edgeY;
  const px = load<f64>(centre, 16) / given.edgeX;
  const vz = load<f64>(ray) / given.edgeZ;
  const vy = load<f64>(ray, 8) / given.edgeY;
  const vx = load<f64>(ray, 16) / given.edgeX;
  let z = <i32>Math.floor(pz);
  let y = <i32>Math.floor(py);
  let x = <i32>Math.floor(px);
  let nextZ = toFace(pz, z, vz);
  let nextY = toFace(py, y, vy);
  let nextX = toFace(px, x, vx);
  const deltaZ = vz == 0 ? Infinity : 1 / Math.abs(vz);
  const deltaY = vy == 0 ? Infinity : 1 / Math.abs(vy);
  const deltaX = vx == 0 ? Infinity : 1 / Math.abs(vx);
  const stepZ = vz < 0 ? -1 : 1;
  const stepY = vy < 0 ? -1 : 1;
  const stepX = vx < 0 ? -1 : 1;
  let inside = true;
  let entered: f64 = 0;
  let left: f64 = 0;
  let cubes: f64 = 0;
  let t: f64 = 0;
  let kind = INTO_NOTHING;
  exits = 0;
  first = 0;
  do {
    walked++;
    if (nextX <= nextY && nextX <= nextZ) {
      t = nextX;
      x += stepX;
      nextX += deltaX;
    } else if (nextY <= nextZ) {
      t = nextY;
      y += stepY;
      nextY += deltaY;
    } else {
      t = nextZ;
      z += stepZ;
      nextZ += deltaZ;
    }
    const out = <u32>z >= <u32>nz || <u32>y >= <u32>ny || <u32>x >= <u32>nx;
    const here = out ? 0 : load<i32>(given.image + (((<usize>z * <usize>ny + <usize>y) * <usize>nx + <usize>x) << 2));
    if (here == label && !out) {
      if (!inside) {
        inside = true;
        entered = t;
        // A gap of a step of the staircase is none.
        if (t - left < tolerance) exits--;
      }
      continue;
    }
    if (inside) {
      inside = false;
      const piece = t - entered;
      cubes += t * t * t - entered * entered * entered;
      // Nor is a piece behind a gap that is as short as a step.
      if (exits == 0 || piece >= tolerance) exits++;
      left = t;
      kind = out ? INTO_WINDOW : here != 0 ? INTO_GRAIN : INTO_NOTHING;
      lastGrain = here;
      if (exits == 1) {
        first = t;
        firstKind = kind;
        firstGrain = here;
      }
    }
    if (out) break;
  } while (
    z >= load<i32>(box, 4) && z <= load<i32>(box, 8) && y >= load<i32>(box, 12) && y <= load<i32>(box, 16) &&
    x >= load<i32>(box, 20) && x <= load<i32>(box, 24)
  );
  lastKind = kind;
  if (firstKind != INTO_WINDOW) first = refined(given, label, centre, ray, first, firstGrain, tolerance, weights);
  if (exits <= 1) {
    radius = first;
    return;
  }
  const last = kind == INTO_WINDOW ? left : refined(given, label, centre, ray, left, lastGrain, tolerance, weights);
  const mode = given.crossing;
  radius = mode == 0 ? first : mode == 2 ? last : Math.cbrt(cubes + last * last * last - left * left * left);
}

/** How far a ray may go on behind `from`, as long as it is in some grain or beyond the window, in steps of a quarter of
 *  `tolerance`. */
function room(given: StarRays, centre: usize, ray: usize, from: f64, tolerance: f64): f64 {
  const step = 0.25 * tolerance;
  const steps = <i32>Math.ceil(given.overlap / step);
  for (let k = 0; k < steps; k++) {
    walked++;
    const t = from + (<f64>k + 0.5) * step;
    const z = <i32>Math.floor((load<f64>(centre) + t * load<f64>(ray)) / given.edgeZ);
    const y = <i32>Math.floor((load<f64>(centre, 8) + t * load<f64>(ray, 8)) / given.edgeY);
    const x = <i32>Math.floor((load<f64>(centre, 16) + t * load<f64>(ray, 16)) / given.edgeX);
    if (<u32>z >= <u32>given.nz || <u32>y >= <u32>given.ny || <u32>x >= <u32>given.nx) continue;
    const at = (<usize>z * <usize>given.ny + <usize>y) * <usize>given.nx + <usize>x;
    if (load<i32>(given.image + (at << 2)) == 0) return <f64>k * step;
  }
  return given.overlap;
}

/** Σ a[i]·b[i] over an even number of f64. */
// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, pitch: i32): f64 {
  let sum = f64x2.splat(0);
  const end = <usize>pitch << 3;
  let i: usize = 0;
  do {
    sum = f64x2.add(sum, f64x2.mul(v128.load(a + i), v128.load(b + i)));
    i += 16;
  } while (i < end);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** y[i] += a·x[i] over an even number of f64. */
// @ts-ignore: decorator
@inline
function addScaled(y: usize, x: usize, a: f64, pitch: i32): void {
  const factor = f64x2.splat(a);
  const end = <usize>pitch << 3;
  let i: usize = 0;
  do {
    v128.store(y + i, f64x2.add(v128.load(y + i), f64x2.mul(factor, v128.load(x + i))));
    i += 16;
  } while (i < end);
}

/** Coefficients of the radius function of every grain, and what its rays found. */
export function starRays(thread: i32, threads: i32, given: StarRays): i32 {
  enter();
  const pitch = given.pitch;
  const rays = given.rayCount;
  const row = <usize>pitch << 3;
  const weights = given.scratch + <usize>thread * (<usize>WEIGHTS << 2);
  const tolerance = max(given.edgeZ, max(given.edgeY, given.edgeX));
  // Neighbours in the list are neighbours in the image, and alike: threads take turns.
  for (let grain = thread; grain < given.grains; grain += threads) {
    const out = given.out + <usize>grain * (<usize>(STAR_VALUES + pitch) << 3);
    const coefficients = out + (STAR_VALUES << 3);
    const box = given.boxes + <usize>grain * 28;
    const centre = given.centres + <usize>grain * 24;
    memory.fill(out, 0, <usize>(STAR_VALUES + pitch) << 3);
    let stars: f64 = 0;
    let open: f64 = 0;
    let cut: f64 = 0;
    let square: f64 = 0;
    let seenZ: f64 = 0;
    let seenY: f64 = 0;
    let seenX: f64 = 0;
    let seen: f64 = 0;
    let stopped: bool = false;
    for (let k = 0; k < rays; k++) {
      const ray = given.rays + (<usize>k << 5);
      walked = 0;
      const weight = load<f64>(ray, 24);
      walk(given, box, centre, ray, tolerance, weights);
      if (exits == 1) stars += weight;
      if (lastKind == INTO_NOTHING) open += weight;
      if (lastKind == INTO_WINDOW) cut += weight;
      const solid = weight * first * first * first;
      seen += solid;
      seenZ += solid * first * load<f64>(ray);
      seenY += solid * first * load<f64>(ray, 8);
      seenX += solid * first * load<f64>(ray, 16);
      if (given.overlap > 0 && lastKind != INTO_NOTHING) radius += room(given, centre, ray, radius, tolerance);
      square += weight * radius * radius;
      addScaled(coefficients, given.harmonics + <usize>k * row, weight * radius, pitch);
      stopped = poll(thread, <usize>(walked + (pitch >> 3)));
      if (stopped) break;
    }
    if (stopped) break;
    let volume: f64 = 0;
    let surface: f64 = 0;
    let least: f64 = Infinity;
    let most: f64 = 0;
    for (let k = 0; k < rays; k++) {
      const weight = load<f64>(given.rays + (<usize>k << 5), 24);
      const value = dot(coefficients, given.harmonics + <usize>k * row, pitch);
      const slopeTheta = dot(coefficients, given.slopesTheta + <usize>k * row, pitch);
      const slopePhi = dot(coefficients, given.slopesPhi + <usize>k * row, pitch);
      volume += weight * value * value * value;
      surface += weight * value * Math.sqrt(value * value + slopeTheta * slopeTheta + slopePhi * slopePhi);
      least = min(least, value);
      most = max(most, value);
    }
    const sphere = 4 * Math.PI;
    store<f64>(out + (STAR_RAYS << 3), stars / sphere);
    store<f64>(out + (STAR_OPEN << 3), open / sphere);
    store<f64>(out + (STAR_CUT << 3), cut / sphere);
    store<f64>(out + (STAR_SQUARE << 3), square);
    store<f64>(out + (STAR_VOLUME << 3), volume / 3);
    store<f64>(out + (STAR_SURFACE << 3), surface);
    store<f64>(out + (STAR_LEAST << 3), least);
    store<f64>(out + (STAR_MOST << 3), most);
    // Centroid of the cone in which the grain is seen, ∫ r⁴/4 n over ∫ r³/3, from the centre on.
    store<f64>(out + (STAR_CENTRE << 3), (0.75 * seenZ) / seen);
    store<f64>(out + (STAR_CENTRE << 3), (0.75 * seenY) / seen, 8);
    store<f64>(out + (STAR_CENTRE << 3), (0.75 * seenX) / seen, 16);
  }
  return barrier(thread, threads);
}
