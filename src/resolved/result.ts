// What a discharge on the voxels gives. SI units, unless a name says otherwise.

import type { Moment } from './moments.js';

/** State at one moment, for pictures and profiles. Arrays of the image, in its own order of z, y, x. */
export interface ResolvedMap {
  /** What was asked for. */
  readonly moment: Moment;
  readonly time: number;
  readonly voltage: number;
  /** Stoichiometry per voxel; NaN outside the active material. */
  readonly stoichiometry: Float32Array;
}

/** Profiles over the depth of the electrode at one moment: one value per plane of voxels, the first at the separator.
 *  NaN where a plane has no active material. */
export interface DepthProfile {
  /** What was asked for. */
  readonly moment: Moment;
  readonly time: number;
  /** Mean stoichiometry of the active material. */
  readonly stoichiometry: readonly number[];
  /** Current from active material to electrolyte per volume, in A/m³ (below 0 in discharge). */
  readonly reaction: readonly number[];
  /** Mean potentials in V of what carries electrons and of what carries ions. */
  readonly solidPotential: readonly number[];
  readonly electrolytePotential: readonly number[];
}

export type ResolvedEnd =
  'lowerVoltage' | 'upperVoltage' | 'stoichiometry' | 'tableEnd' | 'time' | 'stuck' | 'noPotentials';

/** One discharge or charge at a constant current. */
export interface ResolvedDischarge {
  /** A/m² of cross-section, above 0 in discharge, and over the current that empties the electrode in an hour. */
  readonly currentDensity: number;
  readonly rate: number;
  /** Stoichiometries of the active material at which the state of charge counts as 1 and as 0: of the start, and of the
   *  end of the window. */
  readonly charged: number;
  readonly discharged: number;
  /** At the accepted steps, in s, V and C/m². */
  readonly time: readonly number[];
  readonly voltage: readonly number[];
  readonly charge: readonly number[];
  /** Mean stoichiometry of all active material, and range at the interface. */
  readonly stoichiometry: readonly number[];
  readonly surface: readonly (readonly [low: number, high: number])[];
  readonly endedBy: ResolvedEnd;
  /** C/m² and J/m² until the end. */
  readonly capacity: number;
  readonly energy: number;
  /** Plane of voxels in µm from the separator, for the profiles. */
  readonly depthUm: readonly number[];
  readonly profiles: readonly DepthProfile[];
  readonly maps: readonly ResolvedMap[];
  readonly active: {
    /** Voxels of active material, and shares of them that touch electrolyte, are joined to the collector by solid, and
     *  to electrolyte that reaches the separator; `dead`: whose lithium cannot move at all. */
    readonly voxels: number;
    readonly touching: number;
    readonly wired: number;
    readonly dead: number;
  };
  /** Of the interface: voxel faces in m² per m² of cross-section, with weights, and the factor that scaled them. */
  readonly area: { readonly faces: number; readonly corrected: number; readonly factor: number };
  /** Greatest errors over all steps, of lithium over what the electrode holds, of charge over the current. */
  readonly balance: { readonly lithium: number; readonly charge: number };
  /** With a liquid electrolyte: least and greatest concentration in the electrode at the accepted steps since the run
   *  began or was gone on with, in mol/m³; and voxels of pores or additive that no ions reach, of additive that no
   *  electrons do. */
  readonly salt?: readonly (readonly [low: number, high: number])[];
  readonly idle?: { readonly ions: number; readonly electrons: number };
  readonly work: {
    readonly steps: number; readonly rejected: number; readonly newton: number; readonly iterations: number;
  };
}
