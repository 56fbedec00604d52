// The structures that a design draws: named cathodes, points that fill the space, candidates, fresh confirmations.
import type { StructureSpec } from '../structure/generate.js';
import { sobolSequence } from '../numeric/sobol.js';
import type { PlannedStructure } from '../study/plan.js';
import type { ExactColumns } from './exact.js';
import { violationOf } from './search.js';
import { coordinatesOf, namedThetas, thetaAt, wholeTheta } from './space.js';
import type { DesignSpec } from './spec.js';
import type { Belief } from './surrogate.js';

/** Families of structures, with the words that tables and legends have for them. */
export const DESIGN_FAMILIES = {
  cathode: 'named cathode',
  initial: 'fills the space',
  candidate: 'candidate of a round',
  confirmation: 'fresh structure of a chosen θ',
} as const;
/** What a structure of a design is for. */
export type DesignFamily = keyof typeof DESIGN_FAMILIES;

/** A structure that a design simulates. */
export interface DesignStructure extends PlannedStructure {
  readonly family: DesignFamily;
  /** In the unit cube, of the parameters as they are drawn. */
  readonly u: readonly number[];
  /** Free parameters. */
  readonly theta: Readonly<Record<string, number>>;
}

/** First scenario keys of the families, so that no two share random numbers. */
const SCENARIOS: Readonly<Record<DesignFamily, number>> = {
  cathode: 0, initial: 1000, candidate: 100_000, confirmation: 1_000_000,
};

const PLAIN = { reason: null, boxOf: null, conduct: true } as const;

/** Entries that are numbers: of θ, where a family of covariances is the same for all; of a row, where some are null. */
export const numbersOf = (entries: Readonly<Record<string, unknown>>): Record<string, number> => Object.fromEntries(
  Object.entries(entries).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
);

/** Named sets of the model as they are, anisotropy included. */
export function cathodeStructures({ space, measured }: DesignSpec): DesignStructure[] {
  return namedThetas(space.model, measured.voxelSizeUm).map(({ name, theta }, i) => ({
    ...PLAIN, id: `cathode/${name}`, round: 1, family: 'cathode', parameters: numbersOf(theta), theta,
    u: coordinatesOf(space, theta), key: { seed: measured.seed, scenario: SCENARIOS.cathode + i, realisation: 0 },
  }));
}

/** One structure at a point of the cube. @param index of the point within its family */
export function structureAt(
  { space, measured, randomNumbers }: DesignSpec, family: Exclude<DesignFamily, 'cathode'>, id: string, round: number,
  index: number, u: ArrayLike<number>, realisation = 0,
): DesignStructure {
  const theta = thetaAt(space, u);
  const shared = randomNumbers === 'common' && family !== 'confirmation';
  return {
    ...PLAIN, id, round, family, parameters: numbersOf(wholeTheta(space, theta)), theta, u: coordinatesOf(space, theta),
    key: {
      seed: measured.seed, scenario: shared ? SCENARIOS.initial : SCENARIOS[family] + index, realisation,
    },
  };
}

/** Points of a Sobol' sequence that are looked through for one that is simulated. */
const LOOKED_THROUGH = 16;
/** Share of the points that fills the whole space. */
const EVERYWHERE = 0.25;

/** Points before anything is known: a quarter fills the space, the others keep the limits that closed forms know best.
 *  @param count structures */
export function initialStructures(spec: DesignSpec, exact: ExactColumns, count: number): DesignStructure[] {
  const { space, measured, limits } = spec;
  const known = limits.filter(({ column }) => exact.columns.includes(column));
  const points = [...sobolSequence({
    dimensions: space.free.length, count: LOOKED_THROUGH * count, skip: 1, seed: measured.seed,
  })];
  const everywhere = known.length === 0 ? count : Math.ceil(EVERYWHERE * count);
  const rated = points.slice(everywhere).map((u, i) => {
    const theta = thetaAt(space, u);
    const beliefs = Object.fromEntries(known.map(({ column }): [string, Belief] =>
      [column, { mean: exact.value(column, theta), error: 0 }]));
    return { u, i, violation: known.length === 0 ? 0 : violationOf(known, beliefs, 0) };
  });
  rated.sort((a, b) => a.violation - b.violation || a.i - b.i);
  return [...points.slice(0, everywhere), ...rated.slice(0, count - everywhere).map(({ u }) => u)]
    .map((u, i) => structureAt(spec, 'initial', `initial/${i}`, 1, i, u));
}

/** What draws a structure. */
export function designDrawing(
  { space, measured }: Pick<DesignSpec, 'space' | 'measured'>,
  { parameters, key }: Pick<DesignStructure, 'parameters' | 'key'>,
): StructureSpec {
  const { size, voxelSizeUm, transport } = measured;
  return {
    model: space.model.name, size, voxelSizeUm, levelSets: transport.interface === 'smooth', ...key,
    parameters: { ...space.held, ...parameters },
  } as unknown as StructureSpec;
}
