// What a discharge on the voxels gives. SI units, unless a name says otherwise.

import type { Moment } from './moments.js';

/** State at one moment, for pictures and profiles. Arrays of the image, in its own order of z, y, x. */
export interface ResolvedMap {
  /** What was asked for. */
  readonly moment: Moment;
  /** s since the run began. */
  readonly time: number;
  /** Between the terminals, V. */
  readonly voltage: number;
  /** Stoichiometry per voxel; NaN outside the active material. */
  readonly stoichiometry: Float32Array;
}

/** Profiles over the depth of the electrode at one moment: one value per plane of voxels, the first at the separator.
 *  NaN where a plane has no active material. */
export interface DepthProfile {
  /** What was asked for. */
  readonly moment: Moment;
  /** s since the run began. */
  readonly time: number;
  /** Mean stoichiometry of the active material. */
  readonly stoichiometry: readonly number[];
  /** Current from active material to electrolyte per volume, in A/m³ (below 0 in discharge). */
  readonly reaction: readonly number[];
  /** Mean potential of what carries electrons, V. */
  readonly solidPotential: readonly number[];
  /** Mean potential of what carries ions, V. */
  readonly electrolytePotential: readonly number[];
}

/** What ended a discharge on voxels: a limit of the cell, the time, or a solver that could not go on. */
export type ResolvedEnd =
  'lowerVoltage' | 'upperVoltage' | 'stoichiometry' | 'tableEnd' | 'time' | 'stuck' | 'noPotentials';

/** One discharge or charge at a constant current. */
export interface ResolvedDischarge {
  /** A/m² of cross-section, above 0 in discharge. */
  readonly currentDensity: number;
  /** The same over the current that empties the electrode in an hour. */
  readonly rate: number;
  /** Stoichiometry of the active material at which the state of charge counts as 1: that of the start. */
  readonly charged: number;
  /** At which it counts as 0: of the end of the window. */
  readonly discharged: number;
  /** At the accepted steps, in s. */
  readonly time: readonly number[];
  /** At these times, in V. */
  readonly voltage: readonly number[];
  /** Passed until then, in C/m². */
  readonly charge: readonly number[];
  /** Mean of all active material at these times. */
  readonly stoichiometry: readonly number[];
  /** Range of the stoichiometry at the interface at these times. */
  readonly surface: readonly (readonly [low: number, high: number])[];
  /** What ended it. */
  readonly endedBy: ResolvedEnd;
  /** C/m² until the end. */
  readonly capacity: number;
  /** J/m² until the end. */
  readonly energy: number;
  /** Plane of voxels in µm from the separator, for the profiles. */
  readonly depthUm: readonly number[];
  /** One for each moment that was reached. */
  readonly profiles: readonly DepthProfile[];
  /** One for each moment that was reached. */
  readonly maps: readonly ResolvedMap[];
  /** How much of the active material takes part. */
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
  /** With a liquid electrolyte: least and greatest concentration in the electrode at the accepted steps since the
   *  run began or was gone on with, in mol/m³. */
  readonly salt?: readonly (readonly [low: number, high: number])[];
  /** With a liquid electrolyte: voxels of pores or additive that no ions reach, of additive that no electrons do. */
  readonly idle?: { readonly ions: number; readonly electrons: number };
  /** What it took: accepted and refused steps, Newton steps, iterations of the linear solver. */
  readonly work: {
    readonly steps: number; readonly rejected: number; readonly newton: number; readonly iterations: number;
  };
}
