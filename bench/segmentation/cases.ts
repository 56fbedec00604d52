// Images that segmentations are tried on.
import { METHODS, type MethodName } from './methods.js';
import { CATHODES, FOUR, SECTIONS, TWO, UNEVEN, type Known } from './structures.js';
import type { Instrument } from './tomogram.js';

export interface Case extends Instrument {
  readonly group: string;
  readonly structure: Known;
  readonly seed: number;
  readonly methods: readonly MethodName[];
}

/** Smallest step 70, between the two darkest classes or the two brightest. */
const LOW = [40, 110, 210];
const HIGH = [40, 140, 210];
const BLURS = [0, 0.3, 0.6, 0.8, 1, 1.2];
/** The last one is half of the smallest step. */
const NOISES = [8, 20, 35];
const ALL = Object.keys(METHODS) as MethodName[];
const QUICK = ALL.filter((name) => name !== 'random walker');

interface Series {
  readonly group: string;
  readonly structures: readonly Known[];
  readonly levels: readonly number[];
  readonly blurs: readonly number[];
  readonly noises: readonly number[];
  readonly seeds: readonly number[];
  readonly drift?: number;
  /** Others than auto. */
  readonly others: (blur: number, noise: number) => readonly MethodName[];
}

const SERIES: readonly Series[] = [
  {
    group: 'cathodes', structures: CATHODES, levels: LOW, blurs: BLURS, noises: NOISES, seeds: [1],
    others: (blur, noise) => ((blur === 0.6 || blur === 0.8) && noise > 0 ? ALL : QUICK),
  },
  {
    group: 'cathodes', structures: CATHODES, levels: LOW, blurs: [0.6, 0.8], noises: [8, 35], seeds: [2],
    others: () => [],
  },
  {
    group: 'bright step', structures: CATHODES, levels: HIGH, blurs: [0.6, 0.8], noises: [8, 35], seeds: [1],
    others: () => QUICK,
  },
  {
    group: 'drift', structures: CATHODES, levels: LOW, blurs: [0.6], noises: [8, 35], seeds: [1], drift: 30,
    others: () => QUICK,
  },
  {
    group: 'uneven', structures: UNEVEN, levels: LOW, blurs: [0.6, 0.8], noises: [8, 35], seeds: [1],
    others: (blur, noise) => (blur === 0.6 && noise === 8 ? ALL : QUICK),
  },
  {
    group: 'two classes', structures: TWO, levels: [40, 110], blurs: [0.6, 0.8], noises: [8, 35], seeds: [1],
    others: (blur, noise) => (blur === 0.6 && noise === 8 ? ALL : QUICK),
  },
  {
    group: 'four classes', structures: FOUR, levels: [40, 110, 160, 210], blurs: [0.6, 0.8], noises: [8, 25],
    seeds: [1], others: () => QUICK,
  },
  {
    group: 'sections', structures: SECTIONS, levels: LOW, blurs: [0, 0.6, 0.8], noises: [8, 20, 35], seeds: [1, 2],
    others: () => QUICK,
  },
];

export const GROUPS: readonly string[] = SERIES.map(({ group }) => group);

export const CASES: readonly Case[] = SERIES.flatMap(
  ({ group, structures, levels, blurs, noises, seeds, drift = 0, others }) => structures.flatMap((structure) =>
    seeds.flatMap((seed) => blurs.flatMap((blur) => noises.map((noise): Case => ({
      group, structure, seed, levels, blur, noise, drift,
      methods: ['auto', ...others(blur, noise).filter((name) => name !== 'auto')],
    }))))),
);
