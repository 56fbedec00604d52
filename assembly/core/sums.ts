// Sums that threads have formed apart.

/** Σ of f64[n] in their order. Every thread computes it, so that no barrier is needed to share it. */
export function total(sums: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < n; k++) sum += load<f64>(sums + (<usize>k << 3));
  return sum;
}
