// Two-point coverage of one excursion set with its derivatives, fast enough to fit: some 10 … 30 µs a value.
//
// X = χ²ₙ field + Gaussian field. The pair (X₁, X₂) at the ends of a lag has the characteristic function
//   det^(−n/2) · exp(−(s² + t² + 2ρ_g s t)/2),  det = 1 − 2i(s+t) − 4(1−ρ_χ²) s t,
// so P(X₁ < λ, X₂ < λ) is a double Fourier integral of det^(−n/2) exp(…) e^(−iλ(s+t)) / (s t) over a plane Im s = Im t
// = c > 0. With u = (s+t)/2, v = (s−t)/2 it is even in v and conjugate in Re u, decays like a Gaussian in Re u, and v =
// c·sinh x reaches the far, algebraic tail of small lags in few steps. The trapezoidal rule converges exponentially on
// both; c is where the integrand is smallest. Tried before: quadrature over both norms (5 … 10 ms, and 1e-4 off at
// small lags; test/reference keeps it) and Mehler's series (thousands of terms at the lag of one voxel). Derivatives
// multiply the integrand by a factor: no differences.
import { normalDensity, normalSurvival } from '../numeric/distributions.js';
import { acos, asin, asinh, cos, cosh, exp, log, sin, sinh } from '../numeric/elementary.js';
import { integrate } from '../numeric/quadrature.js';
import { besselRatio } from '../numeric/special.js';
import { mixedDensity, mixedSurvival } from './theory.js';

/** P(U ≥ h, V ≥ k) for standard normals with correlation ρ in [0, 1], by Plackett's identity ∂P/∂ρ = bivariate density:
 *  from ρ = 0 up, or, where the density is nearly singular, from ρ = 1 down. */
export function normalOrthant(h: number, k: number, rho: number): number {
  const difference = ((h - k) * (h - k)) / 2;
  const product = h * k;
  if (rho < 0.9) {
    const density = (angle: number): number => {
      const c = cos(angle);
      return exp(-difference / (c * c) - product / (1 + sin(angle)));
    };
    return normalSurvival(h) * normalSurvival(k) + integrate(density, 0, asin(rho)) / (2 * Math.PI);
  }
  // angle = end·u² puts points into the layer of width |h − k| next to ρ = 1.
  const end = acos(rho);
  const density = (u: number): number => {
    const s = sin(end * u * u);
    return s === 0 ? 0 : 2 * end * u * exp(-difference / (s * s) - product / (1 + cos(end * u * u)));
  };
  return normalSurvival(Math.max(h, k)) - integrate(density, 0, 1) / (2 * Math.PI);
}

/** P(X ≥ λ at both ends) and its derivatives. */
export interface PairProbabilityGradient {
  /** P(X ≥ λ at both ends). */
  readonly value: number;
  /** Its derivative in λ. */
  readonly dLambda: number;
  /** In the correlation of the squared fields at the lag. */
  readonly dRhoChi: number;
  /** In the correlation of the Gaussian field at the lag. */
  readonly dRhoGauss: number;
}

/** log of the integrand's size on the contour c. */
function logSize(c: number, n: number, lambda: number, kappa: number, rhoGauss: number): number {
  return 2 * lambda * c + (1 + rhoGauss) * c * c - (n / 2) * log(1 + 4 * c + 4 * kappa * c * c) - 2 * log(c);
}

/** Least size over c, by golden section in log c. */
function contour(n: number, lambda: number, kappa: number, rhoGauss: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [log(0.02), log(8)];
  for (let k = 0; k < 18; k++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (logSize(exp(a), n, lambda, kappa, rhoGauss) < logSize(exp(b), n, lambda, kappa, rhoGauss)) high = b;
    else low = a;
  }
  return exp((low + high) / 2);
}

/** P(X ≥ λ) and the density of X at λ. */
export function mixedMarginal(n: number, lambda: number): { readonly survival: number; readonly density: number } {
  return { survival: mixedSurvival(n, lambda), density: mixedDensity(n, lambda) };
}

/** P(X ≥ λ at both ends of a lag), X = χ²ₙ + Gaussian with correlations `rhoChi`, `rhoGauss` of the underlying fields
 *  at that lag, and its derivatives; absolute error below 1e-9 for 1 − ρ ≥ 1e-6. At ρ = 1 derivatives do not exist: the
 *  lag must not be 0.
 *  @param marginal of the same n and λ, when already known */
export function mixedPairProbabilityGradient(
  n: number, lambda: number, rhoChi: number, rhoGauss: number, marginal = mixedMarginal(n, lambda),
): PairProbabilityGradient {
  const scaled = fourierIntegrals(n, lambda, rhoChi, rhoGauss, true);
  return {
    value: 2 * marginal.survival - 1 + scaled.value,
    dLambda: -2 * marginal.density + scaled.dLambda,
    dRhoChi: scaled.dRhoChi,
    dRhoGauss: scaled.dRhoGauss,
  };
}

/** What depends on both ends. Without derivatives those in ρ are 0, and the others keep their bits. */
function fourierIntegrals(
  n: number, lambda: number, rhoChi: number, rhoGauss: number, derivatives: boolean,
): PairProbabilityGradient {
  const kappa = 1 - rhoChi * rhoChi;
  const c = contour(n, lambda, kappa, rhoGauss);
  const stepW = (2 * Math.PI * c) / 26;
  const countW = Math.ceil(5.2 / Math.sqrt(1 + rhoGauss) / stepW);
  const gaussEnd = 5.4 / Math.sqrt(Math.max(1e-12, 1 - rhoGauss));
  const stepX = 0.1 * Math.min(1, Math.sqrt(2 * c));
  const endX =
    Math.min(asinh(gaussEnd / c), asinh(1 / (Math.sqrt(Math.max(kappa, 1e-12)) * c)) + 26 / (n + 1));
  const countX = Math.ceil(endX / stepX);
  const v2s = new Float64Array(countX + 1);
  const weights = new Float64Array(countX + 1);
  for (let k = 0; k <= countX; k++) {
    const v = c * sinh(k * stepX);
    v2s[k] = v * v;
    weights[k] = (k === 0 ? 0.5 : 1) * c * cosh(k * stepX) * exp(-v * v * (1 - rhoGauss));
  }
  const odd = n % 2 !== 0;
  const pairs = Math.floor(n / 2);
  let value = 0;
  let dLambda = 0;
  let dChi = 0;
  let dGauss = 0;
  for (let j = 0; j <= countW; j++) {
    const w = j * stepW;
    // u = w + ic
    const [reU2, imU2] = [w * w - c * c, 2 * w * c];
    // g = Σ_v weight · det^(−n/2)/(u²−v²), q with one more 1/det without 1/(u²−v²), h without 1/(u²−v²).
    let gr = 0;
    let gi = 0;
    let qr = 0;
    let qi = 0;
    let hr = 0;
    let hi = 0;
    const detRe0 = 1 + 4 * c - 4 * kappa * reU2;
    const detIm = -4 * w - 4 * kappa * imU2;
    for (let k = 0; k <= countX; k++) {
      const v2 = v2s[k];
      const detRe = detRe0 + 4 * kappa * v2;
      const norm = 1 / (detRe * detRe + detIm * detIm);
      const invRe = detRe * norm;
      const invIm = -detIm * norm;
      // det^(−n/2): Im det ≤ 0 on this half, so the principal branch is the continuous one.
      let pr = 1;
      let pi = 0;
      if (odd) {
        // The root with positive parts, without cancellation.
        const size = Math.sqrt(norm);
        if (invRe >= 0) {
          pr = Math.sqrt((size + invRe) / 2);
          pi = invIm / (2 * pr);
        } else {
          pi = Math.sqrt((size - invRe) / 2);
          pr = invIm / (2 * pi);
        }
      }
      for (let i = 0; i < pairs; i++) {
        const re = pr * invRe - pi * invIm;
        pi = pr * invIm + pi * invRe;
        pr = re;
      }
      pr *= weights[k];
      pi *= weights[k];
      const dRe = reU2 - v2;
      const dNorm = 1 / (dRe * dRe + imU2 * imU2);
      gr += (pr * dRe + pi * imU2) * dNorm;
      gi += (pi * dRe - pr * imU2) * dNorm;
      if (!derivatives) continue;
      hr += pr;
      hi += pi;
      qr += pr * invRe - pi * invIm;
      qi += pr * invIm + pi * invRe;
    }
    // e^(−(1+ρ)u² − 2iλu)
    const size = exp(-(1 + rhoGauss) * reU2 + 2 * lambda * c) * (j === 0 ? 0.5 : 1);
    const angle = -(1 + rhoGauss) * imU2 - 2 * lambda * w;
    const [er, ei] = [size * cos(angle), size * sin(angle)];
    const [gRe, gIm] = [gr * er - gi * ei, gr * ei + gi * er];
    value += gRe;
    // Re(−2iu·g)
    dLambda += 2 * (c * gRe + w * gIm);
    dGauss -= hr * er - hi * ei;
    dChi += qr * er - qi * ei;
  }
  const scale = (-2 / Math.PI ** 2) * stepW * stepX;
  return {
    value: scale * value,
    dLambda: scale * dLambda,
    dRhoChi: scale * dChi * -(n / 2) * 8 * rhoChi,
    dRhoGauss: scale * dGauss,
  };
}

/** P(X ≥ λ at both ends), also at ρ = 1. */
export function mixedPairProbability(n: number, lambda: number, rhoChi: number, rhoGauss: number): number {
  const survival = mixedSurvival(n, lambda);
  if (rhoChi >= 1 && rhoGauss >= 1) return survival;
  return 2 * survival - 1 + fourierIntegrals(n, lambda, rhoChi, rhoGauss, false).value;
}

/** P(Z ≥ u at both ends) of a Gaussian field with correlation ρ < 1 there; dRhoChi is 0. */
export function gaussianPairProbabilityGradient(u: number, rho: number): PairProbabilityGradient {
  return {
    value: normalOrthant(u, u, rho),
    dLambda: -2 * normalDensity(u) * normalSurvival(u * Math.sqrt((1 - rho) / (1 + rho))),
    dRhoChi: 0,
    dRhoGauss: exp((-u * u) / (1 + rho)) / (2 * Math.PI * Math.sqrt(1 - rho * rho)),
  };
}

/** P(X₁² + X₂² ≥ λ at both ends) [B, eq. 6] for correlation ρ < 1, with its derivatives; dRhoGauss is 0.
 *  C = 2p − 1 + (1−ρ²) Σ_j ρ^(2j) P(j+1, x)², x = λ/(2(1−ρ²)); ∂C/∂ρ = λ/(1−ρ²) e^(−λ/(1−ρ²)) I₁(ρλ/(1−ρ²)). */
export function chi2PairProbabilityGradient(lambda: number, rho: number): PairProbabilityGradient {
  const p = exp(-lambda / 2);
  const square = rho * rho;
  const rest = 1 - square;
  const x = lambda / (2 * rest);
  // P(j+1, x) = 1 − Σ_{i≤j} e^(−x) x^i/i!, the terms by logarithms as x may be large.
  let logTerm = -x;
  let term = exp(logTerm);
  let lower = 1 - term;
  let power = 1;
  let sum = 0;
  let slope = 0;
  for (let j = 0; j < 1e6; j++) {
    sum += power * lower * lower;
    slope += power * lower * term;
    power *= square;
    if (power < 1e-16 || (j > x && lower < 1e-12)) break;
    logTerm += log(x / (j + 1));
    term = exp(logTerm);
    lower = Math.max(0, lower - term);
  }
  const z = (rho * lambda) / rest;
  return {
    value: 2 * p - 1 + rest * sum,
    dLambda: slope - p,
    // e^(−λ/(1−ρ²)) I₁(z) = e^(−λ/(1+ρ)) · z · e^(−z) I₁(z)/z
    dRhoChi: (lambda / rest) * exp(-lambda / (1 + rho)) * z * besselRatio(1, z),
    dRhoGauss: 0,
  };
}

/** P(X₁² + X₂² ≥ λ at both ends) [B, eq. 6], also at ρ = 1. */
export function chi2PairProbability(lambda: number, rho: number): number {
  return rho >= 1 ? exp(-lambda / 2) : chi2PairProbabilityGradient(lambda, rho).value;
}
