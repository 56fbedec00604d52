// Special functions and quadrature in f64 for the closed forms. They may differ between engines in the last bits
// (Math.exp, Math.log) and never feed a kernel.

/** Nodes and weights of Gauss-Legendre quadrature on [−1, 1]. */
export function gaussLegendre(points: number): readonly (readonly [x: number, w: number])[] {
  return Array.from({ length: points }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (points + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 50; iteration++) {
      let [previous, value] = [1, x];
      for (let k = 2; k <= points; k++) [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
      slope = (points * (x * value - previous)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    return [x, 2 / ((1 - x * x) * slope * slope)] as const;
  });
}

const RULE = gaussLegendre(20);

/** ∫ f over [low, high] in `panels` equal panels of 20 points. */
export function integrate(f: (x: number) => number, low: number, high: number, panels = 1): number {
  const half = (high - low) / panels / 2;
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    const middle = low + (2 * panel + 1) * half;
    for (const [x, w] of RULE) sum += w * f(middle + half * x);
  }
  return sum * half;
}

/** Standard normal density. */
export function normalDensity(x: number): number {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/** P(Z ≥ x): power series for small |x|, continued fraction beyond. */
export function normalSurvival(x: number): number {
  if (x < 0) return 1 - normalSurvival(-x);
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
      term *= (x * x) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - normalDensity(x) * sum;
  }
  let f = x;
  for (let k = 120; k >= 1; k--) f = x + k / f;
  return normalDensity(x) / f;
}

/** ln Γ(x) for x = ½, 1, 1½, … by recurrence. */
export function logGammaHalves(x: number): number {
  let value = x % 1 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let t = x % 1 === 0 ? 1 : 0.5; t < x; t++) value += Math.log(t);
  return value;
}

/** e^(−z) I_ν(z) / z^ν for ν = −½, 0, ½, …: power series, and Hankel's expansion for large z. */
export function besselRatio(nu: number, z: number): number {
  if (z > Math.max(40, 2 * nu * nu)) {
    let term = 1;
    let sum = 1;
    for (let k = 1; k < 30; k++) {
      term *= -(4 * nu * nu - (2 * k - 1) ** 2) / (8 * k * z);
      sum += term;
      if (Math.abs(term) < 1e-16) break;
    }
    return (sum / Math.sqrt(2 * Math.PI * z)) * z ** -nu;
  }
  let term = Math.exp(-z - nu * Math.LN2 - logGammaHalves(nu + 1));
  let sum = term;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (z * z) / 4 / (k * (k + nu));
    sum += term;
  }
  return sum;
}
