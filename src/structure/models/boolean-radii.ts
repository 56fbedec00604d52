// Radii of the balls of the Boolean model: which distributions there are, how a specification names them, and their
// moments.
import { nameOf } from '../../core/check.js';
import { quoted } from '../../core/quote.js';
import { normalSurvival } from '../../numeric/distributions.js';
import { exp, log, pow } from '../../numeric/elementary.js';
import { polarFactor, portableExponential } from '../../numeric/portable.js';
import type { Parameter } from '../model.js';

/** Radii over `radius`: all 1; uniform on 1 ± width; `ratio` for a share of the balls and 1 for the others; e^(σZ) with
 *  a standard normal Z cut at ±4. */
export type BallRadii =
  | 'constant'
  | { readonly family: 'uniform'; readonly width: number }
  | { readonly family: 'two-point'; readonly ratio: number; readonly share: number }
  | { readonly family: 'lognormal'; readonly sigma: number };

/** Distribution of q = R/radius. */
export interface RadiusFamily {
  readonly most: number;
  /** E q³, the same bits on every engine. */
  readonly cube: number;
  /** E[q^k; q > x], k = 0 … 3. */
  moment(k: number, x: number): number;
  /** q from a uniform number; what needs more of them takes them from `more`, a pair at a time. */
  draw(u: number, more: () => readonly [number, number]): number;
}

const CONSTANT: RadiusFamily = { most: 1, cube: 1, moment: (_k, x) => Number(x < 1), draw: () => 1 };

function uniform(width: number): RadiusFamily {
  const [low, high] = [1 - width, 1 + width];
  return {
    most: high,
    cube: 1 + width * width,
    moment: (k, x) => {
      const from = Math.max(low, x);
      return from >= high ? 0 : (pow(high, k + 1) - pow(from, k + 1)) / ((k + 1) * (high - low));
    },
    draw: (u) => low + u * (high - low),
  };
}

function twoPoint(ratio: number, share: number): RadiusFamily {
  return {
    most: Math.max(1, ratio),
    cube: 1 - share + share * ratio * ratio * ratio,
    moment: (k, x) => (x < 1 ? 1 - share : 0) + (x < ratio ? share * pow(ratio, k) : 0),
    draw: (u) => (u < share ? ratio : 1),
  };
}

/** Normal numbers beyond are drawn again. */
const CUT = 4;

function lognormal(sigma: number): RadiusFamily {
  const within = 1 - 2 * normalSurvival(CUT);
  // Simpson's rule for E e^(3σZ) over the cut normal distribution, in portable functions.
  const panels = 400;
  let [above, below] = [0, 0];
  for (let i = 0; i <= panels; i++) {
    const z = CUT * ((2 * i) / panels - 1);
    const weight = i === 0 || i === panels ? 1 : i % 2 === 0 ? 2 : 4;
    const density = portableExponential((-z * z) / 2);
    above += weight * density * portableExponential(3 * sigma * z);
    below += weight * density;
  }
  return {
    most: portableExponential(CUT * sigma),
    cube: above / below,
    moment: (k, x) => {
      const from = Math.max(-CUT, x > 0 ? log(x) / sigma : -CUT);
      const share = normalSurvival(from - k * sigma) - normalSurvival(CUT - k * sigma);
      return from >= CUT ? 0 : (exp((k * k * sigma * sigma) / 2) * share) / within;
    },
    draw: (_u, more) => {
      for (;;) {
        const [a, b] = more();
        const [v, w] = [2 * a - 1, 2 * b - 1];
        const factor = polarFactor(v, w);
        if (factor === null) continue;
        const z = v * factor;
        if (Math.abs(z) <= CUT) return portableExponential(sigma * z);
      }
    },
  };
}

const FAMILIES = ['constant', 'uniform', 'two-point', 'lognormal'] as const;
const FAMILY_KEYS: ReadonlyMap<unknown, readonly string[]> = new Map<string, readonly string[]>([
  ['uniform', ['width']], ['two-point', ['ratio', 'share']], ['lognormal', ['sigma']],
]);

/** The family that a specification means; undefined: constant. */
export function radiusFamily(radii: BallRadii = 'constant'): RadiusFamily {
  if (radii === 'constant') return CONSTANT;
  if (radii.family === 'uniform') return uniform(radii.width);
  return radii.family === 'two-point' ? twoPoint(radii.ratio, radii.share) : lognormal(radii.sigma);
}

export const RADII: Parameter<BallRadii> = {
  meaning: 'distribution of the radii over the radius',
  fallback: undefined,
  read(check, value, path) {
    if (value === 'constant') return 'constant';
    const family = value !== null && typeof value === 'object' && Object.hasOwn(value, 'family')
      ? (value as Record<string, unknown>).family : value;
    const keys = FAMILY_KEYS.get(family);
    if (keys === undefined || typeof value === 'string') {
      const settings = keys === undefined ? '' : ` with ${keys.join(' and ')}, e.g. {family: ${String(family)}, …}`;
      check.fail(path, `${nameOf(path)} must be one of ${FAMILIES.join(', ')}${settings}, got ${quoted(value)}`);
      return 'constant';
    }
    const map = check.mapping(value, path, ['family', ...keys]);
    const read = (key: string, range: { above: number; max: number }): number => {
      if (map?.[key] === undefined) check.fail(path, `${nameOf(path)} needs ${key}`);
      return check.number(map?.[key], [...path, key], range, range.max);
    };
    if (family === 'uniform') return { family, width: read('width', { above: 0, max: 1 }) };
    if (family === 'lognormal') return { family, sigma: read('sigma', { above: 0, max: 0.7 }) };
    const [ratio, share] = [read('ratio', { above: 0, max: 10 }), read('share', { above: 0, max: 1 })];
    return { family: 'two-point', ratio, share };
  },
};
