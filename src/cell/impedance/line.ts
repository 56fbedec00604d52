// A volume of a porous electrode as the piece of line that it is: two rails that exchange current through one
// admittance everywhere. Its exact T-network has half arms on either side of a shunt; a cell made of such volumes
// answers exactly where they do not differ, however thin the reaction's depth.
import {
  argumentOverSinh, argumentTimesCoth, complex, inverse, magnitude, minus, multiple, over, plus, times, type Complex,
} from '../../numeric/complex.js';

/** Of the currents (i_e, i_s): symmetric. */
export interface RailMatrix {
  readonly ee: Complex;
  readonly es: Complex;
  readonly ss: Complex;
}

export interface LinePiece {
  /** Falls of φ_e and φ_s over half the volume, per current in Ω m². */
  readonly arm: RailMatrix;
  /** Between the rails in the middle, in S/m²: the admittance of the whole interface times sinh ν/ν. */
  readonly shunt: Complex;
}

/** @param width h in m @param ionic κ @param electronic σ in S/m
 *  @param admittance of the interface of the whole volume, a·h·Y in S/m² */
export function linePiece(width: number, ionic: number, electronic: number, admittance: Complex): LinePiece {
  const sum = ionic + electronic;
  const squared = multiple(width * (1 / ionic + 1 / electronic), admittance);
  // (h/2)·tanh(ν/2)/(ν/2), which takes the place of h/2 for what the rails differ by.
  const reach = multiple(width / 2, inverse(argumentTimesCoth(multiple(1 / 4, squared))));
  const common = complex(width / (2 * sum));
  const ee = plus(common, multiple(electronic / (sum * ionic), reach));
  return {
    arm: {
      ee,
      es: minus(common, multiple(1 / sum, reach)),
      ss: plus(common, multiple(ionic / (sum * electronic), reach)),
    },
    shunt: shuntOf(squared, admittance, SHORT / magnitude(ee)),
  };
}

/** Beside arms this many times less conductive a shunt is a short circuit; a larger one would drown their digits. */
const SHORT = 1e6;

function shuntOf(squared: Complex, admittance: Complex, most: number): Complex {
  // 1/(ν/sinh ν), where that is not too small to be told from 0.
  const share = argumentOverSinh(squared);
  const size = magnitude(share);
  if (size * most < magnitude(admittance)) return complex(most);
  return over(admittance, share);
}

/** Conductances of two half arms in series. */
export function conductances(left: RailMatrix, right: RailMatrix): RailMatrix {
  const [ee, es, ss] = (['ee', 'es', 'ss'] as const).map((entry) => plus(left[entry], right[entry]));
  const factor = inverse(minus(times(ee, ss), times(es, es)));
  return { ee: times(ss, factor), es: multiple(-1, times(es, factor)), ss: times(ee, factor) };
}
