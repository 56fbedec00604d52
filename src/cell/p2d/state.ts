// Where the unknowns of a P2D model stand in its vector: modes of every particle, current densities of the interface,
// potentials of electrolyte and solid, concentrations of a binary electrolyte, then current, charge and energy.
import type { Mesh } from './mesh.js';

/** Where each unknown of a cell stands in a state. */
export interface Unknowns {
  /** Length of a state. */
  readonly size: number;
  /** Of a particle: its stoichiometry's polynomials stand at modes·p and behind; the first is the mean. */
  readonly modes: number;
  /** j of particle p in A/m², at `reaction` + p; > 0 where lithium leaves the active material. */
  readonly reaction: number;
  /** φ_e in V of volume i, at `ionic` + i. */
  readonly ionic: number;
  /** φ_s in V of particle p, at `electronic` + p. */
  readonly electronic: number;
  /** c_e in mol/m³ of volume i, at `salt` + i; −1 in a single-ion electrolyte. */
  readonly salt: number;
  /** Of the cell in A/m², > 0 when it gives charge. */
  readonly current: number;
  /** Charge passed in C/m², positive when the cell gives it. */
  readonly charge: number;
  /** Energy given in J/m². */
  readonly energy: number;
}

export function unknownsOf({ volumes, porous }: Mesh, modes: number, binary: boolean): Unknowns {
  const particles = porous.length;
  const reaction = particles * modes;
  const ionic = reaction + particles;
  const electronic = ionic + volumes;
  const after = electronic + particles;
  const current = binary ? after + volumes : after;
  return {
    size: current + 3, modes, reaction, ionic, electronic, salt: binary ? after : -1, current, charge: current + 1,
    energy: current + 2,
  };
}
