// Monotone cubic interpolation of a table: between two points never beyond them, one slope everywhere, linear beyond
// the ends. F. Fritsch, J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300, with three-point slopes at the ends as in
// SciPy's PchipInterpolator.

/** Cubic pieces y₀ + t(m₀ + t(c + t·d)) from each knot on, t = x − x₀. */
export interface MonotoneCubic {
  readonly knots: Float64Array;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

function endSlope(h0: number, h1: number, d0: number, d1: number): number {
  const slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
  if (slope * d0 <= 0) return 0;
  return d0 * d1 <= 0 && Math.abs(slope) > 3 * Math.abs(d0) ? 3 * d0 : slope;
}

/** @param x increasing, two values or more @param y as many */
export function monotoneCubic(x: ArrayLike<number>, y: ArrayLike<number>): MonotoneCubic {
  const n = x.length;
  const [knots, values, slopes] = [Float64Array.from(x), Float64Array.from(y), new Float64Array(n)];
  const h = Array.from({ length: n - 1 }, (_, i) => knots[i + 1] - knots[i]);
  const d = h.map((step, i) => (values[i + 1] - values[i]) / step);
  if (n === 2) slopes.fill(d[0]);
  else {
    for (let i = 1; i < n - 1; i++) {
      if (d[i - 1] * d[i] <= 0) continue;
      const [w1, w2] = [2 * h[i] + h[i - 1], h[i] + 2 * h[i - 1]];
      slopes[i] = (w1 + w2) / (w1 / d[i - 1] + w2 / d[i]);
    }
    slopes[0] = endSlope(h[0], h[1], d[0], d[1]);
    slopes[n - 1] = endSlope(h[n - 2], h[n - 3], d[n - 2], d[n - 3]);
  }
  return { knots, values, slopes };
}

/** The piece that x lies in, by halving. */
function pieceOf({ knots }: MonotoneCubic, x: number): number {
  let [low, high] = [0, knots.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle] <= x) low = middle;
    else high = middle;
  }
  return low;
}

export function cubicValue(table: MonotoneCubic, x: number): number {
  const { knots, values, slopes } = table;
  const last = knots.length - 1;
  if (x <= knots[0]) return values[0] + slopes[0] * (x - knots[0]);
  if (x >= knots[last]) return values[last] + slopes[last] * (x - knots[last]);
  const i = pieceOf(table, x);
  const [h, t] = [knots[i + 1] - knots[i], x - knots[i]];
  const d = (values[i + 1] - values[i]) / h;
  const c = (3 * d - 2 * slopes[i] - slopes[i + 1]) / h;
  const b = (slopes[i] + slopes[i + 1] - 2 * d) / (h * h);
  return values[i] + t * (slopes[i] + t * (c + t * b));
}

export function cubicSlope(table: MonotoneCubic, x: number): number {
  const { knots, values, slopes } = table;
  const last = knots.length - 1;
  if (x <= knots[0]) return slopes[0];
  if (x >= knots[last]) return slopes[last];
  const i = pieceOf(table, x);
  const [h, t] = [knots[i + 1] - knots[i], x - knots[i]];
  const d = (values[i + 1] - values[i]) / h;
  const c = (3 * d - 2 * slopes[i] - slopes[i + 1]) / h;
  const b = (slopes[i] + slopes[i + 1] - 2 * d) / (h * h);
  return slopes[i] + t * (2 * c + t * 3 * b);
}
