// A measured table: monotone cubic between its points, linear beyond them.
import { SpecError } from '../../core/errors.js';
import { exp, log } from '../../numeric/elementary.js';
import { cubicSlope, cubicValue, monotoneCubic } from '../../numeric/monotone-cubic.js';
import type { Curve } from './curve.js';

export const TABLE_SCALES = ['linear', 'log'] as const;
/** Interpolates y, or ln y where it spans powers of ten, as diffusivities do. */
export type TableScale = (typeof TABLE_SCALES)[number];

/** A property as a measured table: monotone cubic between its points, linear beyond them.
 *  @param x increasing, two points or more
 *  @param y values there, in the unit of the property
 *  @param scale of y that is interpolated on
 *  @throws SpecError where the points are no such table */
export function table(x: readonly number[], y: readonly number[], scale: TableScale = 'linear'): Curve {
  if (x.length !== y.length || x.length < 2) {
    throw new SpecError(`table: needs as many values as places and two at least, got ${y.length} and ${x.length}`);
  }
  const wrong = x.findIndex((place, i) => i > 0 && !(place > x[i - 1]));
  if (wrong > 0) {
    throw new SpecError(`table: places must increase, got ${x[wrong]} behind ${x[wrong - 1]} (point ${wrong + 1})`);
  }
  const domain = [x[0], x[x.length - 1]] as const;
  if (scale === 'linear') {
    const cubic = monotoneCubic(x, y);
    return { value: (at) => cubicValue(cubic, at), slope: (at) => cubicSlope(cubic, at), domain, constant: null };
  }
  const negative = y.findIndex((value) => !(value > 0));
  if (negative >= 0) {
    throw new SpecError(`table: values on a logarithmic scale must be > 0, got ${y[negative]} (point ${negative + 1})`);
  }
  const cubic = monotoneCubic(x, y.map(log));
  return {
    value: (at) => exp(cubicValue(cubic, at)),
    slope: (at) => exp(cubicValue(cubic, at)) * cubicSlope(cubic, at),
    domain,
    constant: null,
  };
}
