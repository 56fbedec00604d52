// What marches in time needs to know of an electrode: how to try a step, and to take it or leave it.

/** A step that was tried. */
export interface Attempt {
  /** Whether potentials and lithium were found; if not, a shorter step may help. */
  readonly converged: boolean;
  /** Terminal voltage at the end of the step, in V. */
  readonly voltage: number;
  /** Estimated error of the step's stoichiometries in the faces (largest, and of their mean square). */
  readonly error: { readonly largest: number; readonly rms: number };
  /** Least and greatest stoichiometry at the interface at the end of the step. */
  readonly surface: readonly [low: number, high: number];
  /** What it took. */
  readonly work: { readonly sweeps: number; readonly newton: number; readonly iterations: number };
  /** What entered the active material over what was to, less 1; current through the interface over I, less 1. */
  readonly balance: { readonly lithium: number; readonly charge: number };
}

/** An electrode and its state at the last step that was accepted. Lithium moves by the second-order backward formula
 *  over the last two accepted steps, after a restart by the first-order one, which keep a constant current's charge
 *  exactly. */
export interface Stepper {
  /** Tries a step of `dt` seconds at a current in A/m² of cross-section, above 0 in discharge. Nothing is changed until
   *  it is accepted. A step of 0 s is the moment at which a current begins: potentials with surfaces that still have
   *  the stoichiometry of their voxel. A failure by a cancelled run leaves the last accepted state. */
  attempt(dt: number, current: number): Promise<Attempt>;
  /** Takes the step that was tried last. */
  accept(): Promise<void>;
  /** Forgets what lies before the last accepted state: after a jump of the current. */
  restart(): void;
  /** The accepted state for a checkpoint, and back. Saving works after a run was cancelled. */
  save(): Promise<StepperState>;
  load(state: StepperState): Promise<void>;
}

/** All that goes on with a run needs. */
export interface StepperState {
  /** Stoichiometry per voxel of active material, in the order of the image. */
  readonly lithium: Float64Array;
  /** The same one step before; null: there is none. */
  readonly before: Float64Array | null;
  /** Step that led from `before` to `lithium`, in s. */
  readonly lastStep: number;
  /** By how much it rose at the faces of the interface in the step before that; null: there is none. */
  readonly rises: Float32Array | null;
  /** Length of that step, s. */
  readonly olderStep: number;
  /** Potentials in V per voxel, those of the solid that is wired to the collector over `reference`. */
  readonly potential: Float64Array;
  /** V. */
  readonly reference: number;
  /** Current density in A/m² per face of the interface. */
  readonly reaction: Float64Array;
  /** Of a liquid electrolyte: concentrations in mol/m³ now and one step before (null: there is none). */
  readonly salt?: { readonly now: Float64Array; readonly before: Float64Array | null };
}
