// Models whose numbers a study or a design can vary: parameter sets, models that are drawn by their name, and the model
// that was calibrated last.
import { DRAWN_BY_NAME, findModel, parameterSets, type ModelPhase } from '../src/browser.js';
import type { Calibrated } from './protocol.js';

/** A number of a model, and a span in which it may be varied. */
export interface ModelNumber {
  readonly name: string;
  readonly meaning: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface ThetaSource {
  /** What the address calls it. */
  readonly name: string;
  readonly title: string;
  readonly model: string;
  readonly phases: readonly ModelPhase[];
  /** The section `structure` of a study with such voxels. */
  structure(edgeUm: number): Readonly<Record<string, unknown>>;
  /** Voxels that show the model in windows of some 50 voxels, µm. */
  readonly edgeUm: number;
  /** Whether a design finds its bounds by what the sets of the model span. */
  readonly isSpanned: boolean;
  /** @param edgeUm voxels of the study: α is per voxel */
  numbers(edgeUm: number): ModelNumber[];
}

/** Voxels of studies, µm: coarser than those of tomograms, so that small windows hold some correlation lengths. */
const EDGES_UM: Readonly<Record<string, number>> = { 'three-phase': 0.4, chi2: 0.05, boolean: 0.5, packing: 0.3 };
const USUAL_EDGE_UM = 0.5;
/** Positive numbers are varied by this factor, others by this difference. */
const FACTOR = 1.25;
const DIFFERENCE = 0.3;

const short = (value: number): number => Number(value.toPrecision(3));

interface Setting {
  readonly meaning: string;
  readonly range?: { readonly min?: number; readonly max?: number; readonly above?: number; readonly whole?: boolean };
  readonly fallback?: unknown;
  readonly edgePower?: number;
  readonly coordinate?: { readonly kind: 'logarithm' | 'linear' };
}

/** @param given values at voxels of `givenUm`; null: the model's fallbacks, which know no voxels */
function numbersOf(
  model: string, given: Readonly<Record<string, unknown>> | null, givenUm: number, edgeUm: number,
): ModelNumber[] {
  const table: Readonly<Record<string, Setting>> = findModel(model)?.parameters ?? {};
  return Object.entries(table).flatMap(([name, { meaning, range, fallback, edgePower = 0, coordinate }]) => {
    const own = given?.[name] ?? fallback;
    if (typeof own !== 'number' || range === undefined || range.whole === true) return [];
    const value = given === null ? own : own * (edgeUm / givenUm) ** edgePower;
    const isLinear = coordinate?.kind === 'linear' && (range.min === undefined && range.above === undefined);
    const [low, high] = isLinear ? [value - DIFFERENCE, value + DIFFERENCE] : [value / FACTOR, value * FACTOR];
    return [{ name, meaning, value, low: short(low), high: short(Math.min(range.max ?? Infinity, high)) }];
  });
}

const phasesOf = (model: string): readonly ModelPhase[] => findModel(model)?.phases() ?? [];

/** The sources that need nothing but the library. */
export function knownSources(): ThetaSource[] {
  const edgeOf = (model: string): number => EDGES_UM[model] ?? USUAL_EDGE_UM;
  const sets = parameterSets.map(({ name, title, model, parameters, voxelSizeUm }): ThetaSource => ({
    name, title, model, phases: phasesOf(model), structure: () => ({ model, set: name }), edgeUm: edgeOf(model),
    isSpanned: true, numbers: (edgeUm) => numbersOf(model, { ...parameters }, voxelSizeUm, edgeUm),
  }));
  const byName = DRAWN_BY_NAME.map(({ name, title }): ThetaSource => ({
    name, title, model: name, phases: phasesOf(name), structure: () => ({ model: name }), edgeUm: edgeOf(name),
    isSpanned: false, numbers: (edgeUm) => numbersOf(name, null, edgeUm, edgeUm),
  }));
  return [...sets, ...byName.filter((source) => source.numbers(source.edgeUm).length > 0)];
}

/** What a model is called in addresses that was calibrated in this page. */
const CALIBRATED = 'calibrated';

/** The model that was calibrated. @param name of the image */
export function calibratedSource({ calibration }: Calibrated, name: string): ThetaSource {
  const { model, parameters, voxelSizeUm } = calibration;
  const edge = voxelSizeUm ?? 1;
  const table: Readonly<Record<string, Setting>> = findModel(model)?.parameters ?? {};
  const own = Object.entries(parameters) as [string, unknown][];
  return {
    name: CALIBRATED, title: `calibrated to ${name}`, model, phases: phasesOf(model),
    structure: (edgeUm) => ({
      model, parameters: Object.fromEntries(own.map(([key, value]) => [
        key, typeof value === 'number' ? value * (edgeUm / edge) ** (table[key].edgePower ?? 0) : value,
      ])),
    }),
    edgeUm: edge, isSpanned: false, numbers: (edgeUm) => numbersOf(model, { ...parameters }, edge, edgeUm),
  };
}

/** Models for a design: those with sets once, whose span they have, and those that are drawn by name. */
export function modelSources(): ThetaSource[] {
  const sources = knownSources();
  return sources.filter(({ model }, k) => sources.findIndex((one) => one.model === model) === k)
    .map((source) => ({ ...source, name: source.model, title: findModel(source.model)?.title ?? source.model }));
}

/** The source of that name; the first where there is none. */
export const sourceNamed = (sources: readonly ThetaSource[], wanted: string): ThetaSource =>
  sources.find(({ name }) => name === wanted) ?? sources[0];

/** The sources with `next` at their end, in place of one of its name. */
export const withSource = (sources: readonly ThetaSource[], next: ThetaSource): ThetaSource[] =>
  [...sources.filter(({ name }) => name !== next.name), next];
