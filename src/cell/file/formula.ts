// Molar mass of a composition, such as a measured LiNi0.8Mn0.1Co0.1O2: the sum over atoms that eq. 5 of Lindner et al.
// 2024 writes out (which prints O2 where O is meant).
import { SpecError } from '../../core/errors.js';
import { quoted } from '../../core/quote.js';

/** Abridged standard atomic weights in g/mol, IUPAC 2021 (Pure Appl. Chem. 94 (2022) 573), of what cathodes hold. */
const ATOMIC_WEIGHTS: Readonly<Record<string, number>> = {
  H: 1.008, Li: 6.94, B: 10.81, C: 12.011, N: 14.007, O: 15.999, F: 18.998, Na: 22.99, Mg: 24.305, Al: 26.982,
  Si: 28.085, P: 30.974, S: 32.06, Cl: 35.45, K: 39.098, Ca: 40.078, Ti: 47.867, V: 50.942, Cr: 51.996, Mn: 54.938,
  Fe: 55.845, Co: 58.933, Ni: 58.693, Cu: 63.546, Zn: 65.38, Sr: 87.62, Y: 88.906, Zr: 91.222, Nb: 92.906, Mo: 95.95,
  Ta: 180.95, W: 183.84,
};

/** Molar mass of a chemical formula such as "LiNi0.8Mn0.1Co0.1O2", in g/mol.
 *  @throws SpecError for a formula with parts that are no element with a number */
export function molarMassOf(formula: string): number {
  const atoms = [...formula.matchAll(/([A-Z][a-z]?)(\d*\.?\d*)/g)];
  const read = atoms.map(([part]) => part).join('');
  const wrong = atoms.find(([, element, count]) =>
    !Object.hasOwn(ATOMIC_WEIGHTS, element) || (count !== '' && !(Number(count) > 0)));
  if (read !== formula || atoms.length === 0 || wrong !== undefined) {
    const problem = wrong === undefined ? 'expected elements with numbers'
      : `${quoted(wrong[0])} is not known`;
    throw new SpecError(
      `formula ${quoted(formula)}: ${problem}; write it like LiNi0.8Mn0.1Co0.1O2, without brackets, of ` +
        Object.keys(ATOMIC_WEIGHTS).join(', '),
    );
  }
  return atoms.reduce(
    (sum, [, element, count]) => sum + ATOMIC_WEIGHTS[element] * (count === '' ? 1 : Number(count)), 0,
  );
}
