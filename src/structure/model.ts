// What a model of structures says of itself; one file each in models/, listed in models.ts. The rest of the program
// asks the model and knows none by name.
import type { Shape, VoxelSize } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import type { DrawKey } from '../kernels/fields.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import type { DescriptorOptions } from './from-descriptors.js';
import type { Particles } from './packing/particles.js';
import type { Setting, SettingTable } from './settings.js';
import type { ExpectedFractions, ExpectedQuantities, QuantityDerivatives } from './theory.js';
import type { LagVector, WithDerivatives } from './two-point.js';

/** What every structure needs; (z, y, x) throughout. */
export interface CommonSpec {
  /** Voxels along (z, y, x). */
  readonly size: Shape;
  /** Edge of a voxel in µm; null when unknown. */
  readonly voxelSizeUm?: number | null;
}

/** What the stochastic models share. Random numbers are keyed by seed, scenario and realisation; parameters do not
 *  change them, so that structures with the same key and period are coupled (common random numbers). */
export interface RandomSpec extends Omit<CommonSpec, 'voxelSizeUm'> {
  /** Edge of a voxel in µm, or edges (z, y, x) of which y and x are equal; parameters are per edge x. null when
   *  unknown. */
  readonly voxelSizeUm?: number | VoxelSize;
  /** Whole number from 0 to 2⁵³−1. */
  readonly seed: number;
  /** Whole number below 2³², as is the next. Default: 0. */
  readonly scenario?: number;
  /** Structures of one scenario differ by it. Default: 0. */
  readonly realisation?: number;
  /** Also return the level sets: of the excursion models X−λ_X and Y−λ_Y. */
  readonly levelSets?: boolean;
  /** `cropped`: a window of a larger material, so that opposite faces are independent (of a field: ρ < 1.3e-4);
   *  `periodic`: the window repeats itself. */
  readonly edges?: 'cropped' | 'periodic';
}

/** A drawn structure: labels whose provenance is its specification, with what else its model gives. */
export interface ModelStructure extends LabelVolume {
  /** At the voxel centres. X−λ_X and, in the three-phase model, Y−λ_Y; of balls the largest radius − distance to the
   *  centre. */
  readonly levelSets?: { readonly x: Float32Array; readonly y: Float32Array | null };
  /** Of models that place particles. */
  readonly particles?: Particles;
}

/** A phase of a model, as files, charts and simulated scans show it. */
export interface ModelPhase {
  readonly label: Phase;
  /** "solid electrolyte" */
  readonly name: string;
  /** "SE" */
  readonly symbol: string;
  /** Rank in a grey image, 0 the darkest. */
  readonly brightness: number;
}

/** A parameter θ: a setting that belongs to the material, not to the drawing. */
export interface Parameter<T = unknown> extends Setting<T> {
  /** Power of the voxel edge with which the number grows: 1 for an inverse length per voxel; absent: 0. */
  readonly edgePower?: number;
  /** Where a calibration looks for it. Logarithms make positive parameters positive and regions of confidence nearly
   *  ellipses. */
  readonly coordinate?: ParameterCoordinate;
}

/** How a parameter moves in a fit. */
export interface ParameterCoordinate {
  /** What moves evenly. */
  readonly kind: 'logarithm' | 'linear';
  /** Limits of the parameter itself. @param longest edge of the images, voxels */
  limits(longest: number): readonly [low: number, high: number];
}

/** What each parameter of a model means, and which values it may have. */
export type ParameterTable<P> = { readonly [K in keyof P]-?: Parameter<Exclude<P[K], undefined>> };

/** Published (or surrogate) parameters of a material. */
export interface ParameterSetOf<M extends string, P> {
  /** Lower case, as on the command line. */
  readonly name: string;
  readonly title: string;
  /** True when the values are ours and only imitate a published structure. */
  readonly surrogate: boolean;
  /** Paper or reasoning that the values are from. */
  readonly source: string;
  /** Voxel size to which parameters per voxel refer. */
  readonly voxelSizeUm: number;
  readonly model: M;
  readonly parameters: P;
}

/** One random set of a model. The second is what it covers outside of the first. */
export interface ModelField<P> {
  /** "SE", "AM outside of SE", "the solid" */
  readonly title: string;
  /** "X (SE)", for the title of a figure */
  readonly caption: string;
  /** Names of the parameters that its curves tell. */
  readonly keys: readonly string[];
  at(parameters: P): FieldAt;
}

/** A field at θ, lengths in voxels. */
export interface FieldAt {
  /** Volume fraction of the set. */
  readonly share: WithDerivatives;
  /** P(both ends of a lag ≠ 0 are in the set). */
  coverage(lag: LagVector): WithDerivatives;
  /** Distance in the isotropic material beyond which the ends are independent. */
  readonly reach: number;
}

/** What an image shows of one field. */
export interface SeenField {
  /** Volume fraction of the set. */
  readonly share: number;
  /** Area per volume, 1/voxel. */
  readonly surface: number;
}

/** What a calibration asks of a model. */
export interface CalibratedModel<S extends { readonly parameters: unknown }> {
  readonly fields: { readonly x: ModelField<S['parameters']>; readonly y: ModelField<S['parameters']> | null };
  /** Parameters that can be free, in the order of the coordinates. */
  readonly free: readonly (keyof S['parameters'] & string)[];
  /** Near to θ, from what is seen of the fields. @param n squared fields, of models that have them */
  guess(
    seen: { readonly x: SeenField; readonly y: SeenField | null }, anisotropyFactor: number, n: number,
  ): S['parameters'];
  /** Where fits begin; all are tried. */
  starts(guess: S['parameters']): readonly S['parameters'][];
  /** θ with exactly these descriptors of the phases, in their order.
   *  @throws SpecError on impossible numbers */
  fromDescriptors(phases: readonly PhaseDescriptors[], options: DescriptorOptions): S['parameters'];
  /** A window of the material: of a section, no more than it needs. */
  window(parameters: S['parameters'], shape: Shape, key: DrawKey): S;
}

/** What is known of a phase. */
export interface PhaseDescriptors {
  /** ε, share of the window. */
  readonly volumeFraction: number;
  /** S of its whole boundary, per voxel edge, or per µm where a voxel size is given. */
  readonly specificSurfaceArea: number;
}

/** Exact expectations. What is not known of a model is absent. */
export interface Expectations<S> {
  volumeFraction?(spec: S): ExpectedFractions['volumeFraction'];
  /** Volume fractions and areas in the continuum, isotropic, 1/voxel.
   *  @throws SpecError where there is no finite surface */
  quantities?(spec: S): ExpectedQuantities;
  /** Derivatives of `quantities` by label and the names of the parameters. */
  derivatives?(spec: S): QuantityDerivatives;
  /** Areas as the estimator on 13 directions counts them, by label, 1/voxel. */
  latticeSurface?(spec: S): Readonly<Record<number, number>>;
  /** P(a at one end, b at the other) of a lag ≠ 0 by "a-b", with derivatives by the names of the parameters. */
  coverage?(spec: S, lag: LagVector): Readonly<Record<string, WithDerivatives>>;
}

/** A structure that stands for the memory of a model. */
export interface PlannedDrawing<S> {
  /** As `largestCube` takes it. */
  readonly name: string;
  readonly title: string;
  spec(size: Shape): S;
}

type ParametersOf<S> = S extends { readonly parameters: infer P } ? P : Readonly<Record<never, unknown>>;

/** `spec` is always complete here: what was not given is at its fallback. */
export interface StructureModel<S extends { readonly model: string }> {
  /** As `model` of a specification. */
  readonly name: S['model'];
  /** "three-phase excursion model" */
  readonly title: string;
  /** What a specification may say beside the parameters, each with meaning, range and fallback. */
  readonly settings: SettingTable<Omit<S, 'model' | 'parameters'>>;
  /** θ: what each parameter means, and its range. */
  readonly parameters: ParameterTable<ParametersOf<S>>;
  /** Published or surrogate values of θ, by name. */
  readonly sets: readonly ParameterSetOf<S['model'], ParametersOf<S>>[];
  /** In the order of the level sets: where x ≥ 0, else where y ≥ 0, else.
   *  @param spec or provenance of a structure */
  phases(spec?: Partial<S>): readonly ModelPhase[];
  /** What no setting alone can say. @throws SpecError */
  check(where: string, spec: Required<S>): void;
  /** Volume fractions and areas in expectation, as far as closed forms say them. */
  readonly expected: Expectations<S>;
  /** Size of the periodic box; the window where there is none. */
  period?(spec: Required<S>): Shape;
  /** Settings, beside the size, that are lengths in voxels, on voxels 1/factor as long; absent: there are none. */
  finer?(spec: Required<S>, factor: number): Partial<S>;
  /** Whether parameters are lengths in µm where a voxel has an edge. */
  readonly lengthsUm?: boolean;
  /** Level sets are exact so many voxels from the boundary, and clamped beyond; absent: everywhere. */
  readonly levelSetReach?: number;
  /** WebAssembly memory. @throws SpecError */
  plan(spec: Required<S>, threads: number): LeasePlan;
  /** Drawings that the table of memory shows (`PLANNED_OPERATIONS`). */
  readonly planned: readonly PlannedDrawing<S>[];
  /** The same bits on any number of threads, in Node and in browsers. @throws SpecError, CapacityError,
   *  CancelledError */
  draw(session: Session, spec: Required<S>, run: RunOptions): Promise<ModelStructure>;
  /** null: this model is not fitted. */
  readonly calibration: S extends { readonly parameters: unknown } ? CalibratedModel<S> | null : null;
}
