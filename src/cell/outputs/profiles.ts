// Fields across a cell at one state.
import { radialValue } from '../p2d/particle.js';
import type { P2D } from '../p2d/system.js';

/** At the middles of the volumes, from the negative to the positive side; null where a field does not exist. */
export interface Profiles {
  /** In m from the negative end. */
  readonly x: readonly number[];
  /** φ_e in V. */
  readonly electrolytePotential: readonly number[];
  /** φ_s in V. */
  readonly solidPotential: readonly (number | null)[];
  /** c_e in mol/m³; null in a single-ion electrolyte. */
  readonly saltConcentration: readonly number[] | null;
  /** Of the particles at their surface. */
  readonly surfaceStoichiometry: readonly (number | null)[];
  /** Mean over each particle. */
  readonly meanStoichiometry: readonly (number | null)[];
  /** Of the particles at their centre. */
  readonly centreStoichiometry: readonly (number | null)[];
  /** j in A per m² of interface, > 0 where lithium leaves the active material. */
  readonly reaction: readonly (number | null)[];
}

/** Potentials, salt, stoichiometries and reaction across a cell at one state. */
export function profilesOf(model: P2D, y: Float64Array): Profiles {
  const { ionic, electronic, salt, reaction, modes } = model.at;
  const { volumes, middles, porous } = model.mesh;
  const inParticles = (f: (p: number) => number): (number | null)[] => {
    const values = Array.from<number | null>({ length: volumes }).fill(null);
    porous.forEach((volume, p) => { values[volume] = f(p); });
    return values;
  };
  return {
    x: [...middles],
    electrolytePotential: [...y.subarray(ionic, ionic + volumes)],
    solidPotential: inParticles((p) => y[electronic + p]),
    saltConcentration: model.binary ? [...y.subarray(salt, salt + volumes)] : null,
    surfaceStoichiometry: inParticles((p) => model.surface(y, p)),
    meanStoichiometry: inParticles((p) => y[p * modes]),
    centreStoichiometry: inParticles((p) => radialValue(model.basis, y, p * modes, 0)),
    reaction: inParticles((p) => y[reaction + p]),
  };
}
