// The union of star-shaped particles as a level set, and which particle is the deepest: radius function − distance to
// the centre, the largest over all particles, clamped to ± band.
import { barrier, enter, poll, slabStart } from '../core/control';
import { Optional } from '../core/kinds';
import { STAR_PLACE } from '../layout';

/** Planes that a thread draws at a time. */
const PLANES = 4;
/** (Lρ)²/2 for directions on 3·(L + 1) rings of 6·(L + 1): ρ ≤ 0.8/(L + 1), the distance of the first ring to the
 *  pole. */
const MARGIN: f64 = 0.32;

/** What `starLevels` takes. Lengths in the unit of the particles. */
@unmanaged
export class StarLevels {
  /** f32[voxels], with 28 bytes behind that may be read */
  levels: usize;
  /** i32[voxels], or absent: index of the particle, −1 beyond the band of all. */
  owners: Optional;
  /** f64[particles][STAR_PLACE]: centre z, y, x; radii between which the surface lies, least and largest, are written
   *  here. */
  places: usize;
  /** f32[particles][pitch]: c_ℓm by m, then ℓ, each with its c_ℓ,−m, or 0 for m = 0. */
  coefficients: usize;
  /** f32[degree + 1], f32[degree + 1][degree + 1] twice, as in src/numeric/harmonics.ts. */
  first: usize;
  a: usize;
  b: usize;
  /** f32[3][directions]: unit vectors, z, y and x apart, for the bounds; a multiple of 8. */
  directions: usize;
  /** f32[threads][8] */
  scratch: usize;
  directionCount: i32;
  particles: i32;
  pitch: i32;
  degree: i32;
  band: f64;
  edgeZ: f64;
  edgeY: f64;
  edgeX: f64;
  nz: i32;
  ny: i32;
  nx: i32;
}

/** Radius function in the directions (z, y, x) of two vectors, to `out`. */
// @ts-ignore: decorator
@inline
function radiusOf(
  given: StarLevels, own: usize, out: usize, z: v128, y: v128, x: v128, z2: v128, y2: v128, x2: v128,
): void {
  const degree = given.degree;
  const row = <usize>(degree + 1) << 2;
  let at = own;
  let re = f32x4.splat(1);
  let im = f32x4.splat(0);
  let re2 = re;
  let im2 = im;
  let sum = im;
  let sum2 = im;
  for (let m = 0; m <= degree; m++) {
    let before = f32x4.splat(0);
    let before2 = before;
    let q = v128.load32_splat(given.first + (<usize>m << 2));
    let q2 = q;
    let real = before;
    let real2 = before;
    let imaginary = before;
    let imaginary2 = before;
    let factors = <usize>m * row + (<usize>m << 2);
    let l = m;
    while (true) {
      const cosine = v128.load32_splat(at);
      const sine = v128.load32_splat(at, 4);
      at += 8;
      real = f32x4.add(real, f32x4.mul(cosine, q));
      real2 = f32x4.add(real2, f32x4.mul(cosine, q2));
      imaginary = f32x4.add(imaginary, f32x4.mul(sine, q));
      imaginary2 = f32x4.add(imaginary2, f32x4.mul(sine, q2));
      if (++l > degree) break;
      factors += 4;
      const a = v128.load32_splat(given.a + factors);
      const b = v128.load32_splat(given.b + factors);
      const next = f32x4.mul(a, f32x4.sub(f32x4.mul(z, q), f32x4.mul(b, before)));
      before = q;
      q = next;
      const next2 = f32x4.mul(a, f32x4.sub(f32x4.mul(z2, q2), f32x4.mul(b, before2)));
      before2 = q2;
      q2 = next2;
    }
    sum = f32x4.add(sum, f32x4.add(f32x4.mul(real, re), f32x4.mul(imaginary, im)));
    sum2 = f32x4.add(sum2, f32x4.add(f32x4.mul(real2, re2), f32x4.mul(imaginary2, im2)));
    const turned = f32x4.sub(f32x4.mul(re, x), f32x4.mul(im, y));
    im = f32x4.add(f32x4.mul(im, x), f32x4.mul(re, y));
    re = turned;
    const turned2 = f32x4.sub(f32x4.mul(re2, x2), f32x4.mul(im2, y2));
    im2 = f32x4.add(f32x4.mul(im2, x2), f32x4.mul(re2, y2));
    re2 = turned2;
  }
  v128.store(out, sum);
  v128.store(out, sum2, 16);
}

/** Radii between which the surface of a particle lies. Between directions that lie ρ apart at most, a function of
 *  degree L that is at its largest somewhere falls by (Lρ)²/2 of its largest value (Bernstein, along great circles);
 *  of those of src/kernels/star.ts by MARGIN. */
function bound(given: StarLevels, particle: i32, scratch: usize): void {
  const own = given.coefficients + (<usize>particle * <usize>given.pitch << 2);
  const place = given.places + (<usize>particle * STAR_PLACE << 3);
  const count = <usize>given.directionCount << 2;
  let least = f32x4.splat(Infinity);
  let most = f32x4.splat(-Infinity);
  for (let at = given.directions, end = at + count; at < end; at += 32) {
    radiusOf(
      given, own, scratch, v128.load(at), v128.load(at + count), v128.load(at + 2 * count), v128.load(at, 16),
      v128.load(at + count, 16), v128.load(at + 2 * count, 16),
    );
    const a = v128.load(scratch);
    const b = v128.load(scratch, 16);
    least = f32x4.min(least, f32x4.min(a, b));
    most = f32x4.max(most, f32x4.max(a, b));
  }
  const low = <f64>min(
    min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1)),
    min(f32x4.extract_lane(least, 2), f32x4.extract_lane(least, 3)),
  );
  const high = <f64>max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  const mean = <f64>load<f32>(own) * <f64>load<f32>(given.first);
  const spread = (MARGIN / (1 - MARGIN)) * max(high - mean, mean - low);
  store<f64>(place, low - spread, 24);
  store<f64>(place, high + spread, 32);
}

/** Draws one particle into a row. @returns points evaluated */
function drawRow(
  given: StarLevels, particle: i32, levels: usize, owners: usize, dz: f64, dy: f64, scratch: usize,
): i32 {
  const place = given.places + (<usize>particle * STAR_PLACE << 3);
  const centre = load<f64>(place, 16);
  const least = load<f64>(place, 24);
  const most = load<f64>(place, 32) + given.band;
  const square = dz * dz + dy * dy;
  if (square > most * most) return 0;
  const half = Math.sqrt(most * most - square);
  const low = max(0, <i32>Math.ceil((centre - half) / given.edgeX - 0.5));
  const high = min(given.nx - 1, <i32>Math.floor((centre + half) / given.edgeX - 0.5));
  const own = given.coefficients + (<usize>particle * <usize>given.pitch << 2);
  const band = f32x4.splat(<f32>given.band);
  const deep = f32x4.splat(<f32>(least - given.band));
  const far = f32x4.splat(<f32>most);
  const vz = f32x4.splat(<f32>dz);
  const vy = f32x4.splat(<f32>dy);
  const rho = f32x4.splat(<f32>square);
  const lanes = f32x4.mul(f32x4(0, 1, 2, 3), f32x4.splat(<f32>given.edgeX));
  const four = f32x4.splat(4 * <f32>given.edgeX);
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(1e-20);
  let points = 0;
  for (let x = low; x <= high; x += 8) {
    const at = levels + (<usize>x << 2);
    const vx = f32x4.add(f32x4.splat(<f32>((<f64>x + 0.5) * given.edgeX - centre)), lanes);
    const vx2 = f32x4.add(vx, four);
    const radius = f32x4.max(f32x4.sqrt(f32x4.add(rho, f32x4.mul(vx, vx))), tiny);
    const radius2 = f32x4.max(f32x4.sqrt(f32x4.add(rho, f32x4.mul(vx2, vx2))), tiny);
    const nearest = f32x4.min(radius, radius2);
    if (v128.all_true<i32>(f32x4.gt(nearest, far))) continue;
    const old = v128.load(at);
    const old2 = v128.load(at, 16);
    // What lies behind the last lane may be no number: each vector is asked for itself.
    if (!v128.any_true(v128.or(f32x4.lt(old, band), f32x4.lt(old2, band)))) continue;
    let level = band;
    let level2 = band;
    if (v128.any_true(f32x4.gt(f32x4.max(radius, radius2), deep))) {
      const inverse = f32x4.div(one, radius);
      const inverse2 = f32x4.div(one, radius2);
      radiusOf(
        given, own, scratch, f32x4.mul(vz, inverse), f32x4.mul(vy, inverse), f32x4.mul(vx, inverse),
        f32x4.mul(vz, inverse2), f32x4.mul(vy, inverse2), f32x4.mul(vx2, inverse2),
      );
      level = f32x4.min(band, f32x4.sub(v128.load(scratch), radius));
      level2 = f32x4.min(band, f32x4.sub(v128.load(scratch, 16), radius2));
      points += 8;
    }
    const wins = f32x4.gt(level, old);
    const wins2 = f32x4.gt(level2, old2);
    const mask = i32x4.bitmask(wins) | (i32x4.bitmask(wins2) << 4);
    const count = high + 1 - x;
    if (count >= 8) {
      v128.store(at, v128.bitselect(level, old, wins));
      v128.store(at, v128.bitselect(level2, old2, wins2), 16);
    } else {
      // The lanes behind the last belong to other rows.
      v128.store(scratch, level);
      v128.store(scratch, level2, 16);
      for (let k = 0; k < count; k++) {
        if ((mask >> k) & 1) store<f32>(at + (<usize>k << 2), load<f32>(scratch + (<usize>k << 2)));
      }
    }
    if (owners) {
      for (let k = 0, end = min(8, count); k < end; k++) {
        if ((mask >> k) & 1) store<i32>(owners + (<usize>(x + k) << 2), particle);
      }
    }
  }
  return points;
}

/** Draws all particles. */
export function starLevels(thread: i32, threads: i32, given: StarLevels): i32 {
  enter();
  const scratch = given.scratch + (<usize>thread << 5);
  for (let particle = thread; particle < given.particles; particle += threads) {
    bound(given, particle, scratch);
    if (poll(thread, <usize>given.directionCount)) break;
  }
  const status = barrier(thread, threads);
  if (status) return status;
  const nz = given.nz, ny = given.ny, nx = given.nx;
  const blocks = (nz + PLANES - 1) / PLANES;
  const slice = <usize>ny * <usize>nx;
  const outside = f32x4.splat(<f32>-given.band);
  for (let block = thread; block < blocks; block += threads) {
    const first = block * PLANES;
    const end = min(nz, first + PLANES);
    const bytes = <usize>(end - first) * slice << 2;
    const start = given.levels + (<usize>first * slice << 2);
    // The last vector would reach into the next block.
    let i: usize = 0;
    for (; i + 16 <= bytes; i += 16) v128.store(start + i, outside);
    for (; i < bytes; i += 4) store<f32>(start + i, <f32>-given.band);
    if (given.owners) memory.fill(given.owners + (<usize>first * slice << 2), 0xff, bytes);
    let stopped = poll(thread, (end - first) * <i32>slice);
    for (let particle = 0; particle < given.particles && !stopped; particle++) {
      const place = given.places + (<usize>particle * STAR_PLACE << 3);
      const reach = load<f64>(place, 32) + given.band;
      const cz = load<f64>(place);
      const cy = load<f64>(place, 8);
      const low = max(first, <i32>Math.ceil((cz - reach) / given.edgeZ - 0.5));
      const high = min(end - 1, <i32>Math.floor((cz + reach) / given.edgeZ - 0.5));
      const lowY = max(0, <i32>Math.ceil((cy - reach) / given.edgeY - 0.5));
      const highY = min(ny - 1, <i32>Math.floor((cy + reach) / given.edgeY - 0.5));
      for (let z = low; z <= high && !stopped; z++) {
        const dz = (<f64>z + 0.5) * given.edgeZ - cz;
        for (let y = lowY; y <= highY; y++) {
          const at = (<usize>z * slice + <usize>y * <usize>nx) << 2;
          const owners = given.owners ? given.owners + at : 0;
          const points = drawRow(
            given, particle, given.levels + at, owners, dz, (<f64>y + 0.5) * given.edgeY - cy, scratch,
          );
          if (poll(thread, <usize>points)) {
            stopped = true;
            break;
          }
        }
      }
    }
    if (stopped) break;
  }
  return barrier(thread, threads);
}

/** One over the distance of the two neighbours along an axis, of which one may be missing. */
// @ts-ignore: decorator
@inline
function perStep(edge: f64, low: usize, high: usize): f32 {
  return <f32>(1 / (low != 0 && high != 0 ? 2 * edge : edge));
}

/** Divides levels by the length of their gradient (central differences, one-sided at the window's faces): near the
 *  surface they are the distance to it, to first order, and two particles with a gap between them stay apart. Where a
 *  level is ± band already it stays. out: f32[voxels], not `levels` */
export function scaleLevels(
  thread: i32, threads: i32, out: usize, levels: usize, band: f32, edgeZ: f64, edgeY: f64, edgeX: f64, nz: i32, ny: i32,
  nx: i32,
): i32 {
  enter();
  const row = <usize>nx << 2;
  const slice = <usize>ny * row;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const lowZ = z > 0 ? slice : 0;
    const highZ = z + 1 < nz ? slice : 0;
    const perZ = perStep(edgeZ, lowZ, highZ);
    for (let y = 0; y < ny; y++) {
      const lowY = y > 0 ? row : 0;
      const highY = y + 1 < ny ? row : 0;
      const perY = perStep(edgeY, lowY, highY);
      const at = <usize>z * slice + <usize>y * row;
      for (let x = 0; x < nx; x++) {
        const own = levels + at + (<usize>x << 2);
        let level = load<f32>(own);
        if (level < band && level > -band) {
          const lowX: usize = x > 0 ? 4 : 0;
          const highX: usize = x + 1 < nx ? 4 : 0;
          const perX = perStep(edgeX, lowX, highX);
          const alongZ = (load<f32>(own + highZ) - load<f32>(own - lowZ)) * perZ;
          const alongY = (load<f32>(own + highY) - load<f32>(own - lowY)) * perY;
          const alongX = (load<f32>(own + highX) - load<f32>(own - lowX)) * perX;
          const square = alongZ * alongZ + alongY * alongY + alongX * alongX;
          level = max(-band, min(band, level / max<f32>(Mathf.sqrt(square), 1e-6)));
        }
        store<f32>(out + at + (<usize>x << 2), level);
      }
      if (poll(thread, nx)) break;
    }
  }
  return barrier(thread, threads);
}
