// A material's property as a function of one variable: stoichiometry in a solid, concentration in an electrolyte.

/** A property as a function of stoichiometry (in a solid) or of concentration (in an electrolyte), with its
 *  derivative. */
export interface Curve {
  /** In the unit of the property. */
  value(x: number): number;
  /** d value/dx. */
  slope(x: number): number;
  /** Where it is known; null where it holds everywhere. Beyond, it goes on as its maker says. */
  readonly domain: readonly [low: number, high: number] | null;
  /** Its value where it is the same everywhere. */
  readonly constant: number | null;
}

/** A property that is the same everywhere.
 *  @param value in the unit of the property */
export function constant(value: number): Curve {
  return { value: () => value, slope: () => 0, domain: null, constant: value };
}

/** A curve times a number, such as an Arrhenius factor. */
export function multipleOf(factor: number, curve: Curve): Curve {
  if (factor === 1) return curve;
  return {
    value: (x) => factor * curve.value(x),
    slope: (x) => factor * curve.slope(x),
    domain: curve.domain,
    constant: curve.constant === null ? null : factor * curve.constant,
  };
}
