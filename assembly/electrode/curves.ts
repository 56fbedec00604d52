// Properties of a material over its stoichiometry x, as tables on [0, 1]: value and slope at equal steps, cubic
// (Hermite) in between. src/resolved/curve-table.ts makes them.

/** What the last look into a table found; mutable globals are per worker. */
export let curveValue: f64 = 0;
export let curveSlope: f64 = 0;

/** table: f64[cells + 1][2] */
// @ts-ignore: decorator
@inline
function within(table: usize, cells: i32, x: f64): void {
  const s = x * <f64>cells;
  const cell = min(<i32>s, cells - 1);
  const t = s - <f64>cell;
  const h = 1 / <f64>cells;
  const at = table + (<usize>cell << 4);
  const a = load<f64>(at);
  const p = load<f64>(at, 8) * h;
  const d = load<f64>(at, 16) - a;
  const q = load<f64>(at, 24) * h;
  const c = 3 * d - 2 * p - q;
  const e = p + q - 2 * d;
  curveValue = a + t * (p + t * (c + t * e));
  curveSlope = (p + t * (2 * c + t * 3 * e)) * <f64>cells;
}

/** A curve that goes on linearly beyond its ends, as potentials do. */
// @ts-ignore: decorator
@inline
export function onwards(table: usize, cells: i32, x: f64): void {
  if (x >= 0 && x <= 1) {
    within(table, cells, x);
    return;
  }
  const end = x > 1 ? table + (<usize>cells << 4) : table;
  curveSlope = load<f64>(end, 8);
  curveValue = load<f64>(end) + curveSlope * (x > 1 ? x - 1 : x);
}

/** A curve that stays as it is beyond its ends, as exchange currents must, which are above 0. */
// @ts-ignore: decorator
@inline
export function constantBeyond(table: usize, cells: i32, x: f64): void {
  if (x >= 0 && x <= 1) {
    within(table, cells, x);
    return;
  }
  curveSlope = 0;
  curveValue = load<f64>(x > 1 ? table + (<usize>cells << 4) : table);
}
