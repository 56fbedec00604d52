// Complex numbers for impedances: pairs of numbers, functions that give new ones. Same bits on every engine.
import { cos, exp, sin } from './elementary.js';

/** A complex number. */
export interface Complex {
  /** Real part. */
  readonly re: number;
  /** Imaginary part. */
  readonly im: number;
}

export const complex = (re: number, im = 0): Complex => ({ re, im });
export const plus = (...terms: readonly Complex[]): Complex =>
  terms.reduce((a, b) => complex(a.re + b.re, a.im + b.im));
export const minus = (a: Complex, b: Complex): Complex => complex(a.re - b.re, a.im - b.im);
export const times = (...factors: readonly Complex[]): Complex =>
  factors.reduce((a, b) => complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re));
export const multiple = (factor: number, a: Complex): Complex => complex(factor * a.re, factor * a.im);
export const magnitude = (a: Complex): number => {
  const [x, y] = [Math.abs(a.re), Math.abs(a.im)];
  const [large, small] = x > y ? [x, y] : [y, x];
  return large === 0 ? 0 : large * Math.sqrt(1 + (small / large) * (small / large));
};

/** a / b by Smith's method: no overflow where the quotient has none. */
export function over(a: Complex, b: Complex): Complex {
  if (Math.abs(b.re) >= Math.abs(b.im)) {
    const ratio = b.im / b.re;
    const divisor = b.re + b.im * ratio;
    return complex((a.re + a.im * ratio) / divisor, (a.im - a.re * ratio) / divisor);
  }
  const ratio = b.re / b.im;
  const divisor = b.re * ratio + b.im;
  return complex((a.re * ratio + a.im) / divisor, (a.im * ratio - a.re) / divisor);
}
export const inverse = (a: Complex): Complex => over(complex(1), a);

/** The root in the right half plane. */
export function squareRoot(a: Complex): Complex {
  const size = magnitude(a);
  if (size === 0) return complex(0);
  const half = Math.sqrt((size + Math.abs(a.re)) / 2);
  const other = a.im / (2 * half);
  return a.re >= 0 ? complex(half, other) : complex(Math.abs(other), a.im < 0 ? -half : half);
}

/** e^a; |Im a| ≤ 10⁵. Where e^Re a is 0 so is the result, whatever the angle. */
export function exponential(a: Complex): Complex {
  const size = exp(a.re);
  return size === 0 ? complex(0) : complex(size * cos(a.im), size * sin(a.im));
}

/** The terms of a continued fraction that hyperbolic functions need at |a|² ≤ 9, for all digits. */
const TERMS = 20;

/** a·coth a, even in a, from a²: 1 + a²/(3 + a²/(5 + a²/(7 + …))), which loses no digit at small a, and exponentials
 *  beyond. */
export function argumentTimesCoth(squared: Complex): Complex {
  if (magnitude(squared) <= 9) {
    let tail = complex(2 * TERMS + 1);
    for (let k = TERMS - 1; k >= 0; k--) tail = plus(complex(2 * k + 1), over(squared, tail));
    return tail;
  }
  const a = squareRoot(squared);
  const decay = exponential(multiple(-2, a));
  return times(a, over(plus(complex(1), decay), minus(complex(1), decay)));
}

/** a/sinh a, even in a, from a²: 2 e^−a · (a coth a)/(1 + e^−2a), which neither overflows nor cancels. */
export function argumentOverSinh(squared: Complex): Complex {
  const decay = exponential(multiple(-1, squareRoot(squared)));
  return times(multiple(2, decay), over(argumentTimesCoth(squared), plus(complex(1), times(decay, decay))));
}
