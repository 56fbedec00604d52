// What a kind of plan says of itself; one file each in plans/, listed in plans.ts. The rest of the study knows rounds,
// and no plan by name. The same spec gives the same sequence, ids and seeds. Structures are made one by one: a study
// may have a million.
import type { Checker } from '../core/check.js';
import type { Sequence } from '../core/sequence.js';
import type { Phase } from '../core/volume.js';
import type { StructureSpec } from '../structure/models.js';
import type { Column, Values } from './columns.js';
import type { StudyCommon } from './common.js';
import type { StudyDrawing } from './source.js';

/** Key of the counter-based random numbers of one structure. */
export interface SeedKey {
  /** Of the study. */
  readonly seed: number;
  /** Structures of one scenario share it. */
  readonly scenario: number;
  /** Tells structures of one scenario apart. */
  readonly realisation: number;
}

/** Numbers of a structure by name: parameters θ of its model. */
export type Parameters = Readonly<Record<string, number>>;

/** One structure to draw. A plan adds what it knows of it. */
export interface PlannedStructure {
  /** Unique in its study; the same for the same spec. */
  readonly id: string;
  /** From 1. */
  readonly round: number;
  /** One of the families of the plan. */
  readonly family: string;
  /** θ; null where there is no such structure. */
  readonly parameters: Parameters | null;
  /** Why there is none; null where there is. */
  readonly reason: string | null;
  /** Parameters whose synthesis box the draw uses, so that structures of a difference share every random number; null:
   *  its own. */
  readonly boxOf: Parameters | null;
  /** Of the random numbers. */
  readonly key: SeedKey;
  /** Whether M is solved for. */
  readonly conduct: boolean;
}

/** ∇f at one point: derivative to every varied parameter, or null where no realisation gave one. */
export interface PointGradient {
  /** Number of the point. */
  readonly point: number;
  readonly descriptor: Column;
  /** In the order of the varied parameters; null where no realisation gave one. */
  readonly gradient: readonly number[] | null;
  /** Realisations that entered, the smallest number over the parameters. */
  readonly realisations: number;
}

/** A round before anything ran. */
export interface RoundCount {
  /** All of the round. */
  readonly structures: number;
  /** Those of them that are solved for M. */
  readonly conduct: number;
  /** Those of them that are rows of the table. */
  readonly table: number;
  /** "240 steps along the gradients with M" */
  readonly title: string;
}

/** What the rows of earlier rounds tell. */
export interface Evidence {
  /** Values of a structure; null where it has no row. */
  valuesOf(structure: PlannedStructure): Values | null;
  /** Once the first round is complete. */
  gradients(): readonly PointGradient[];
}

/** A column that keys the table, or notes what a plan did. */
export interface PlanColumn {
  readonly name: string;
  /** A few words for readers of the table. */
  readonly meaning: string;
  readonly kind: 'number' | 'string';
  /** Of a number; absent: 1. */
  readonly unit?: string;
}

/** A parameter in the table. */
export interface ParameterColumn {
  readonly name: string;
  readonly meaning: string;
  readonly unit: string;
  /** What sets it. */
  readonly source: string;
}

/** A structure that a report shows. */
export interface SampleStructure {
  readonly name: string;
  readonly drawing: StudyDrawing;
}

type Settings = Readonly<Record<string, unknown>>;

/** @template S a study with such a plan */
export interface PlanKind<S extends StudyCommon, P extends PlannedStructure = PlannedStructure> {
  /** As in the study file. */
  readonly name: string;
  readonly title: string;
  /** Keys of the study file beside the common ones. */
  readonly keys: readonly string[];
  /** The highest label that can be a phase. */
  readonly mostLabel: Phase;
  /** Phases where the file names none; null: it has to. */
  defaultPhases(check: Checker, map: Settings): readonly Phase[] | null;
  /** Reads what belongs to the plan; what is wrong goes to `check`. */
  read(check: Checker, map: Settings, common: StudyCommon): Omit<S, keyof StudyCommon>;
  /** Families of structures, with the words that legends have for them. */
  readonly families: Readonly<Record<string, string>>;
  /** Every round, known before anything runs. */
  rounds(spec: S): readonly RoundCount[];
  /** The structures of a round; `index` from 0. What it asks of `evidence` is there for all earlier rounds. */
  round(spec: S, index: number, evidence: Evidence): Sequence<P>;
  /** ∇f at the points of the plan, from the rows of the first round; null: this plan has none. */
  gradients: ((spec: S, valuesOf: Evidence['valuesOf']) => PointGradient[]) | null;
  /** Names of the components of a gradient. */
  gradientAxes(spec: S): readonly string[];
  /** Whether a structure is a row of the table. */
  isTabled(structure: PlannedStructure): boolean;
  /** Columns of the table: before seed and parameters, and after them. */
  columns(spec: S): { readonly keys: readonly PlanColumn[]; readonly notes: readonly PlanColumn[] };
  /** What stands in those columns. */
  cells(structure: P): Readonly<Record<string, string | number>>;
  /** The parameters in the table. */
  parameters(spec: S): readonly ParameterColumn[];
  /** What draws a structure that has parameters. @param levelSets also return these */
  drawing(spec: S, structure: Pick<PlannedStructure, 'parameters' | 'boxOf' | 'key'>, levelSets: boolean): StudyDrawing;
  /** What structures look like, for a report. */
  samples(spec: S): readonly SampleStructure[];
  /** A structure to time the study by, of a draw that no other has. */
  typical(spec: S): PlannedStructure;
  /** Structures of a model of which one needs the most memory. */
  largest(spec: S): readonly StructureSpec[];
}

/** Numbers of structures, known before anything runs. [A §2.4]: 540 and 480, of which 495 enter the table. */
export interface StudyCounts {
  /** Structures of each round. */
  readonly rounds: readonly RoundCount[];
  /** Structures of all rounds. */
  readonly total: number;
  /** Rows of the table. */
  readonly table: number;
}
