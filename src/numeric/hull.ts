// How far out a point lies in the convex hull of others: a linear program, whatever the dimension.
//
// With y the points about their mean and q the one that is asked for, the least Σλ with Σλy = q, λ ≥ 0 is the gauge of
// the hull: at most 1 inside, 1.3 when q is 1.3 times as far from the mean as the hull reaches in that direction. As
// many rows as dimensions, so the revised simplex method keeps a small inverse and looks at every point once a step.

const TOLERANCE = 1e-10;
/** Steps without progress before the first improving point is taken instead of the steepest (Bland 1977): no cycles. */
const PATIENCE = 50;

export interface Hull {
  readonly dimensions: number;
  /** 0 at the mean, 1 on the hull, more outside; Infinity outside of the plane in which all points lie. */
  gauge(point: ArrayLike<number>): number;
}

/** @param points at least one, all of the same length */
export function convexHull(points: readonly ArrayLike<number>[]): Hull {
  const [n, d] = [points.length, points[0].length];
  const mean = Array.from({ length: d }, (_, k) => points.reduce((sum, p) => sum + p[k], 0) / n);
  const spread = mean.map((m, k) => Math.sqrt(points.reduce((sum, p) => sum + (p[k] - m) ** 2, 0) / n));
  // Rounding of a mean is no spread: a constant column is its value or another.
  const varies = spread.map((s, k) => s > 1e-12 * Math.abs(mean[k]));
  const columns = mean.map((_, k) => k).filter((k) => varies[k]);
  const y = points.map((p) => Float64Array.from(columns, (k) => (p[k] - mean[k]) / spread[k]));
  return {
    dimensions: columns.length,
    gauge(point) {
      if (Array.from(point).some((v) => !Number.isFinite(v))) return Infinity;
      if (mean.some((m, k) => !varies[k] && Math.abs(point[k] - m) > 1e-9 * Math.abs(m))) return Infinity;
      return columns.length === 0 ? 0 : leastSum(y, columns.map((k) => (point[k] - mean[k]) / spread[k]));
    },
  };
}

/** min Σλ with Σλy = q, λ ≥ 0; Infinity without a solution. */
function leastSum(y: readonly Float64Array[], q: readonly number[]): number {
  const m = q.length;
  const size = Math.max(...q.map(Math.abs));
  if (size <= TOLERANCE) return 0;
  // Artificial columns ±e_k carry q first; −1 − k stands for that of row k.
  const basis = q.map((_, k) => -1 - k);
  const sign = q.map((v) => (v < 0 ? -1 : 1));
  const inverse = q.map((_, i) => Float64Array.from(q, (__, j) => (i === j ? sign[i] : 0)));
  const x = Float64Array.from(q, Math.abs);
  const direction = new Float64Array(m);
  const price = new Float64Array(m);

  /** One step of the simplex method; false at the optimum. */
  const step = (cost: (column: number) => number, bland: boolean): boolean => {
    for (let j = 0; j < m; j++) price[j] = basis.reduce((sum, b, i) => sum + cost(b) * inverse[i][j], 0);
    let [enters, least] = [-1, -TOLERANCE];
    const own = cost(0);
    for (let c = 0; c < y.length; c++) {
      let reduced = own;
      for (let j = 0; j < m; j++) reduced -= price[j] * y[c][j];
      if (reduced >= least) continue;
      [enters, least] = [c, reduced];
      if (bland) break;
    }
    if (enters < 0) return false;
    let [leaves, ratio] = [-1, Infinity];
    for (let i = 0; i < m; i++) {
      direction[i] = 0;
      for (let j = 0; j < m; j++) direction[i] += inverse[i][j] * y[enters][j];
      if (direction[i] <= TOLERANCE) continue;
      const r = x[i] / direction[i];
      if (r < ratio || (r === ratio && basis[i] < basis[leaves])) [leaves, ratio] = [i, r];
    }
    // Costs are not negative, so that no descent is without end.
    if (leaves < 0) return false;
    for (let i = 0; i < m; i++) if (i !== leaves) x[i] = Math.max(0, x[i] - ratio * direction[i]);
    x[leaves] = ratio;
    for (let j = 0; j < m; j++) {
      inverse[leaves][j] /= direction[leaves];
      for (let i = 0; i < m; i++) if (i !== leaves) inverse[i][j] -= direction[i] * inverse[leaves][j];
    }
    basis[leaves] = enters;
    return true;
  };
  const solve = (cost: (column: number) => number): number => {
    const value = (): number => basis.reduce((sum, b, i) => sum + cost(b) * x[i], 0);
    let best = value();
    for (let still = 0, all = 0; all < 5000 && step(cost, still > PATIENCE); all++) {
      const now = value();
      still = now < best - TOLERANCE ? 0 : still + 1;
      best = Math.min(best, now);
    }
    return value();
  };
  if (solve((column) => (column < 0 ? 1 : 0)) > 1e-8 * size) return Infinity;
  // Artificial columns that are left are at 0; a high cost keeps them there.
  return solve((column) => (column < 0 ? 1e6 : 1));
}
