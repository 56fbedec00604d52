// What the page and its worker say to each other: one entry per task. Everything here is plain data that can be posted.
import type {
  Axis, Calibration, cells, Description, DesignResult, DesignRound, DesignSpec, Filter, FractionInterval, GrainImage,
  GrainSizes, GrainTable, Insertion, InsertMethodName, LabelVolume, MFactorResult, ModelName, Phase, PhaseNames,
  ResolvedDischarge, RowValue, Scores, Segmentation, SegmentGrainsOptions, Shape, StudyTable, Validation, VoxelSize,
} from '../src/browser.js';
import type { PlaneValues, VoxelField } from '../src/viewer.js';

export interface SessionFacts {
  readonly threads: number;
  readonly unsharedReason: string | null;
  /** The most that an operation may have. */
  readonly memoryBytes: number;
}

/** The structure that the page is about, drawn or from an image. */
export interface Present {
  readonly name: string;
  readonly volume: LabelVolume;
  readonly phaseNames: Readonly<Record<Phase, string>>;
  /** Of every label that occurs, ascending. */
  readonly fractions: readonly { readonly phase: Phase; readonly volumeFraction: number }[];
  /** Of the labels; null in a page whose origin may not hash. */
  readonly sha256: string | null;
  /** Command that gives the same labels; null: there is none. */
  readonly command: string | null;
  readonly warnings: readonly string[];
}

export const phaseName = ({ phaseNames }: Pick<Present, 'phaseNames'>, phase: Phase): string =>
  phaseNames[phase] ?? `label ${phase}`;

export interface ImageFacts {
  readonly name: string;
  readonly shape: Shape;
  readonly type: string;
  readonly voxelSizeUm: VoxelSize;
  readonly content: 'grey' | 'labels';
  readonly warnings: readonly string[];
}

/** The grey image after window and filter, as the page shows it. */
export interface GreyFacts {
  readonly shape: Shape;
  /** At most 256 bins; lower edges. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** Upper edge of the last bin. */
  readonly end: number;
  /** Otsu's for two and for three classes; null where there are too few grey values. */
  readonly otsu: Readonly<Record<2 | 3, readonly number[] | null>>;
  /** Grey values that show as black and white. */
  readonly contrast: readonly [black: number, white: number];
}

export interface GreyChoice {
  /** Longest edge of the window, cut from the middle; null: all. */
  readonly edge: number | null;
  readonly filter: Filter | null;
}

export interface SegmentChoice extends GreyChoice {
  readonly segmentation: Segmentation;
  /** Labels of the classes, dark to bright. */
  readonly labels: readonly Phase[];
  /** Components below this are removed; 1: none. */
  readonly minVoxels: number;
  readonly voxelSizeUm: VoxelSize;
}

export interface MeasureChoice {
  readonly phases: readonly Phase[];
  readonly axis: Axis;
  readonly interface: 'voxel' | 'smooth';
  /** Whether M of the material is wanted, with its error bar. */
  readonly uncertainty: boolean;
  /** What reports call the labels. */
  readonly names: PhaseNames;
}

export interface Report {
  readonly file: string;
  /** What it is about, where its file does not say it. */
  readonly of?: string;
  readonly html: string;
}

/** A solve as the page has it: fields stay in the worker. */
export type Conducted = Omit<MFactorResult, 'fields'>;

/** Pictures of the flux of a phase; null where nothing flows. */
export interface Flux {
  readonly phase: Phase;
  readonly html: string | null;
}

/** What is ready before all is: descriptors as far as they are known, or the solve of a phase. */
export type MeasuredPart =
  | { readonly description: Description }
  | { readonly conduction: Conducted; readonly flux: Flux };

export interface Measured {
  readonly description: Description;
  /** The same as one flat row. */
  readonly row: Readonly<Record<string, RowValue>>;
  readonly conduction: readonly Conducted[];
  readonly reports: readonly Report[];
  readonly seconds: number;
}

export interface CalibrateChoice {
  readonly model: ModelName;
  /** Labels in the order of the model. */
  readonly phases: readonly Phase[];
  readonly draws: number;
  readonly seed: number;
  /** a held at this; null: fitted. */
  readonly anisotropyFactor: number | null;
  /** Structures to set beside the image; 0: none. */
  readonly realisations: number;
}

export interface Calibrated {
  readonly calibration: Omit<Calibration, 'region'>;
  readonly intervals: readonly FractionInterval[];
  readonly quantities: Validation['quantities'];
  readonly warnings: readonly string[];
  readonly report: Report;
  /** For `voxelith generate`. */
  readonly specification: string;
  readonly seconds: number;
}

export interface InsertChoice {
  readonly into: Phase;
  readonly label: Phase;
  readonly method: InsertMethodName;
  /** Share of the window that the additive has in the end. */
  readonly fraction: number;
  readonly seed: number;
  /** Of the present structure, with the name of what is added. */
  readonly before: Pick<Present, 'phaseNames' | 'command'>;
}

export interface Inserted extends Pick<Insertion, 'steps' | 'spansAt' | 'spansFrom'> {
  readonly present: Present;
  /** Which of the steps is the structure that is present now. */
  readonly shown: number;
}

export type GrainsChoice = Required<Pick<SegmentGrainsOptions, 'phase' | 'dynamics' | 'ratio'>>;

export interface Grains extends
  Pick<GrainImage, 'numbers' | 'count' | 'basins'>, Pick<GrainTable, 'equivalentDiameter' | 'touchesWindow'> {
  /** Of the numbers; null in a page whose origin may not hash. */
  readonly sha256: string | null;
  readonly sizes: GrainSizes;
  /** Of the grains that no face of the window cuts. */
  readonly sizesInside: GrainSizes;
  readonly warnings: readonly string[];
}

/** A cell whose electrode is the present structure, and its discharges. */
export interface CellChoice {
  readonly active: Phase;
  readonly electrolyte: Phase;
  readonly axis: Axis;
  /** Name of one that comes with the library. */
  readonly chemistry: string;
  readonly separatorUm: number;
  readonly rates: readonly number[];
}

export interface SimulateChoice extends CellChoice {
  /** Of the electrode; null: the window's. */
  readonly thicknessUm: number | null;
  /** Of the interface, as `cellFromImage` has it. */
  readonly area: cells.FromImageOptions['area'];
  /** Of the positive electrode where the impedance is; null: that at which the cell begins. */
  readonly stoichiometry: number | null;
}

/** A discharge of the homogenised cell as the page has it: its states stay in the worker. */
export interface HomogenisedRun extends Omit<cells.RunSummary, 'losses'> {
  /** In s, C/m², V. */
  readonly curve: Pick<cells.DischargeCurve, 'time' | 'charge' | 'voltage'>;
}

/** Beside the discharges, which are told as they are ready. */
export interface Simulated {
  readonly impedance: readonly cells.ImpedancePoint[];
  readonly stoichiometry: number;
  /** C/m² between the start and full. */
  readonly nominalCapacity: number;
  /** JSON, which is YAML too: for `voxelith discharge` and `impedance`. */
  readonly cellFile: string;
  readonly reports: readonly Report[];
  readonly seconds: number;
}

export interface DischargeChoice extends CellChoice {
  readonly names: PhaseNames;
}

/** A discharge that is ready: on the voxels, and of the same cell homogenised. */
export type DischargedPart =
  | { readonly resolved: ResolvedDischarge }
  | { readonly homogenised: HomogenisedRun };

export interface Discharged {
  /** JSON, which is YAML too: for `voxelith discharge3d`. */
  readonly cellFile: string;
  readonly report: Report;
  readonly seconds: number;
}

/** Numbers per voxel of a phase of the present structure. */
export interface FieldTask {
  readonly kind: 'flux' | 'distance' | 'thickness';
  /** What the field is called. */
  readonly name: string;
  readonly phase: Phase;
  /** Of the flux. */
  readonly axis: Axis;
}

/** M of the structures of a study in one phase, as it was simulated and as it is predicted. */
export interface StudiedPhase {
  readonly phase: Phase;
  readonly title: string;
  /** Of every structure in the fit; those that trained it. */
  readonly simulated: readonly number[];
  readonly trained: readonly boolean[];
  /** Of their rows in the table. */
  readonly ids: readonly string[];
  readonly predictors: readonly {
    readonly name: string;
    readonly expression: string;
    readonly source: string;
    /** "c1 = 1.98 ± 0.02"; none where nothing was fitted. */
    readonly coefficients: readonly string[];
    readonly predicted: readonly number[];
    readonly test: Scores;
    /** null: nothing was fitted. */
    readonly train: Scores | null;
  }[];
  /** Rows that take no part. */
  readonly leftOut: number;
}

/** What there is of a study. */
export interface StudyPart {
  readonly specHash: string;
  /** Rows so far, in the order of the plan. */
  readonly table: StudyTable;
  readonly phases: readonly StudiedPhase[];
  /** Rows that the table has in the end. */
  readonly total: number;
}

export interface Studied extends StudyPart {
  readonly failures: readonly { readonly id: string; readonly error: string }[];
  readonly seconds: number;
}

/** Something that a design can be asked for. */
export interface Asked {
  readonly quantity:
    'mFactor' | 'volumeFraction' | 'specificSurfaceArea' | 'meanGeodesicTortuosity' | 'constrictivity';
  readonly phase: Phase;
}

/** What there is of a design. */
export interface DesignPart {
  readonly limits: DesignSpec['limits'];
  readonly rounds: readonly DesignRound[];
}

export interface Designed extends DesignPart, Pick<
  DesignResult, 'status' | 'decidedBy' | 'confirmation' | 'failures' | 'specHash' | 'seconds'
> {
  /** Limits that exclude each other, and what the others leave of each column. */
  readonly blocking: readonly { readonly text: string; readonly attainable: readonly [low: number, high: number] }[];
  /** Of the intervals, and structures that each of them is of. */
  readonly level: number;
  readonly realisations: number;
  /** That were simulated. */
  readonly structures: number;
  /** null: there is no θ*. */
  readonly present: Present | null;
  /** For `voxelith generate`; null likewise. */
  readonly specification: string | null;
  readonly report: Report;
}

/** A task may have a `part`: what it tells before it is done, piece by piece. */
export interface Tasks {
  /** Opens the session, before anything else. */
  open: {
    input: { readonly wasmUrl: string; readonly wideWasmUrl: string; readonly workerUrl: string };
    output: SessionFacts;
  };
  draw: {
    input: {
      readonly title: string;
      /** As `voxelith generate` reads it. */
      readonly specification: Readonly<Record<string, unknown>>;
      readonly command: string;
    };
    output: Present;
  };
  load: { input: readonly File[]; output: ImageFacts };
  example: { input: { readonly edge: number }; output: ImageFacts };
  grey: { input: GreyChoice; output: GreyFacts };
  plane: { input: { readonly axis: Axis; readonly index: number }; output: PlaneValues };
  segment: { input: SegmentChoice; output: Present };
  adopt: { input: Pick<SegmentChoice, 'edge' | 'voxelSizeUm'>; output: Present };
  measure: { input: MeasureChoice; part: MeasuredPart; output: Measured };
  insert: { input: InsertChoice; output: Inserted };
  grains: { input: GrainsChoice; output: Grains };
  simulate: { input: SimulateChoice; part: HomogenisedRun; output: Simulated };
  discharge: { input: DischargeChoice; part: DischargedPart; output: Discharged };
  /** @param settings as in a file; formula: of the law while rows come, from FORMULAS */
  study: {
    input: { readonly settings: Readonly<Record<string, unknown>>; readonly formula: string };
    part: StudyPart;
    output: Studied;
  };
  /** The structure of a row, as `draw` takes it. */
  row: {
    input: { readonly settings: Readonly<Record<string, unknown>>; readonly id: string };
    output: Pick<Tasks['draw']['input'], 'specification'>;
  };
  reportStudy: { input: { readonly settings: Readonly<Record<string, unknown>> }; output: Report };
  design: { input: { readonly settings: Readonly<Record<string, unknown>> }; part: DesignPart; output: Designed };
  /** Of the present structure along z; null: it has no such number. */
  quantities: { input: { readonly wanted: readonly Asked[] }; output: readonly (number | null)[] };
  calibrate: { input: CalibrateChoice; output: Calibrated };
  field: { input: FieldTask; output: VoxelField };
  encode: {
    input: { readonly extension: string };
    output: readonly { readonly file: string; readonly bytes: Uint8Array | string }[];
  };
}

export type TaskName = keyof Tasks;

export type PartOf<N extends TaskName> = Tasks[N] extends { readonly part: infer P } ? P : never;

/** Page to worker. */
export type Request =
  | { readonly kind: 'task'; readonly id: number; readonly name: TaskName; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number };

/** Worker to page. `share` is null while there is nothing to count. */
export type Reply =
  | { readonly kind: 'progress'; readonly id: number; readonly text: string; readonly share: number | null }
  | { readonly kind: 'part'; readonly id: number; readonly part: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly name: string; readonly message: string };
