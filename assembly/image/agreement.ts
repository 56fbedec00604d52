// What the 26 neighbours of a voxel say of its class: unlike ones cost something, across a face 1, across an edge 1/2,
// across a corner 1/3.

/** Units of a neighbour across a face, an edge, a corner: six for the cost of a face. */
export const FACE: u64 = 6;
const EDGE: u64 = 3;
const CORNER: u64 = 2;
/** Of all 26. */
export const ALL: f32 = 88;
/** Three voxels of a row around `at`. */
// @ts-ignore: decorator
@inline
function row3(at: usize, middle: u64, side: u64): u64 {
  return (middle << (<u64>load<u8>(at) << 3)) + (side << (<u64>load<u8>(at - 1) << 3)) +
    (side << (<u64>load<u8>(at, 1) << 3));
}

/** Units of the neighbours of each of up to 8 classes, a byte for each. `at` lies inside the window. */
export function agreement(at: usize, row: usize, plane: usize): u64 {
  return (FACE << (<u64>load<u8>(at - 1) << 3)) + (FACE << (<u64>load<u8>(at, 1) << 3)) +
    row3(at - row, FACE, EDGE) + row3(at + row, FACE, EDGE) + row3(at - plane, FACE, EDGE) +
    row3(at + plane, FACE, EDGE) + row3(at - plane - row, EDGE, CORNER) + row3(at - plane + row, EDGE, CORNER) +
    row3(at + plane - row, EDGE, CORNER) + row3(at + plane + row, EDGE, CORNER);
}

/** The same at the faces of the window: neighbours outside do not count. */
export function agreementAtFace(labels: usize, nz: i32, ny: i32, nx: i32, z: i32, y: i32, x: i32): u64 {
  let units: u64 = 0;
  for (let v = max(z - 1, 0); v < min(z + 2, nz); v++) {
    for (let u = max(y - 1, 0); u < min(y + 2, ny); u++) {
      const row = labels + (<usize>v * <usize>ny + <usize>u) * <usize>nx;
      const off = (v != z ? 1 : 0) + (u != y ? 1 : 0);
      for (let t = max(x - 1, 0); t < min(x + 2, nx); t++) {
        const kind = off + (t != x ? 1 : 0);
        if (kind == 0) continue;
        units += (kind == 1 ? FACE : kind == 2 ? EDGE : CORNER) << (<u64>load<u8>(row + <usize>t) << 3);
      }
    }
  }
  return units;
}

// @ts-ignore: decorator
@inline
export function unitsOf(units: u64, k: i32): f32 {
  return <f32>(<i32>(units >> (<u64>k << 3)) & 255);
}

/** e^x for −60 ≤ x ≤ 0 to 2e−6 of it: 2^n from the exponent, the rest by its series. */
// @ts-ignore: decorator
@inline
export function exponential(x: f32): f32 {
  const t: f32 = x * 1.4426950;
  const n = nearest<f32>(t);
  const u: f32 = (t - n) * 0.69314718;
  const series: f32 = 1 + u * (1 + u * (0.5 + u * (0.16666667 + u * (0.041666668 + u * 0.0083333338))));
  return series * reinterpret<f32>((<i32>n + 127) << 23);
}
