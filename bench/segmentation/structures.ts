// Known structures: labels 0, 1, 2 … are classes from dark to bright.
import {
  findParameterSet, generate, threePhaseFractions, type LabelVolume, type Session, type Shape,
  type ThreePhaseParameters,
} from '../../src/node.js';
import { bisectDecreasing } from '../../src/numeric/bisect.js';

export interface Known {
  readonly name: string;
  /** Names of the classes. */
  readonly classes: readonly string[];
  draw(session: Session, seed: number): Promise<LabelVolume>;
}

const CUBE: Shape = [96, 96, 96];
const SECTION: Shape = [1, 256, 256];
const CATHODE = ['pore', 'SE', 'AM'] as const;
/** Class of the labels of the three-phase model: SE 1, AM 2, pore 3. */
const CLASS_OF = [0, 1, 2, 0];

const classed = (volume: LabelVolume, classOf: readonly number[]): LabelVolume =>
  ({ ...volume, voxelSizeUm: null, labels: volume.labels.map((label) => classOf[label]) });

function setParameters(name: string): ThreePhaseParameters {
  const set = findParameterSet(name);
  if (set.model !== 'three-phase') throw new Error(`${name} is no three-phase set`);
  return set.parameters;
}

async function drawCathode(
  session: Session, parameters: ThreePhaseParameters, size: Shape, seed: number,
): Promise<LabelVolume> {
  return classed(await generate(session, { model: 'three-phase', parameters, size, seed }), CLASS_OF);
}

const cathode = (name: string, set: string, size: Shape): Known => ({
  name, classes: CATHODE, draw: (session, seed) => drawCathode(session, setParameters(set), size, seed),
});

/** BM01 seen by voxels of `finer` the edge, with the fractions of SE and pore. */
function uneven(name: string, se: number, pore: number, finer: number): Known {
  const set = setParameters('bm01');
  const lambdaX = bisectDecreasing(
    (value) => threePhaseFractions({ ...set, lambdaX: value }).volumeFraction[1], se, -20, 200);
  const lambdaY = bisectDecreasing(
    (value) => 1 - threePhaseFractions({ ...set, lambdaX, lambdaY: value }).volumeFraction[3], 1 - pore, -20, 200);
  const parameters = {
    ...set, lambdaX, lambdaY, alphaChiX: set.alphaChiX * finer, alphaChiY: set.alphaChiY * finer,
    alphaGaussX: set.alphaGaussX * finer, alphaGaussY: set.alphaGaussY * finer,
  };
  return { name, classes: CATHODE, draw: (session, seed) => drawCathode(session, parameters, CUBE, seed) };
}

/** Dark balls in a bright matrix, or bright ones in a dark matrix. */
const balls = (name: string, volumeFraction: number, radius: number, bright: boolean): Known => ({
  name, classes: bright ? ['matrix', 'balls'] : ['balls', 'matrix'],
  draw: (session, seed) => generate(session, {
    model: 'boolean', parameters: { volumeFraction, radius, anisotropyFactor: 1 }, size: CUBE, seed,
    label: Number(bright), matrix: 1 - Number(bright),
  }),
});

/** BM01 with balls of a fourth class inside the active material. */
const four: Known = {
  name: 'BM01, binder in AM', classes: ['pore', 'SE', 'binder', 'AM'],
  async draw(session, seed) {
    const host = await drawCathode(session, setParameters('bm01'), CUBE, seed);
    const guest = await balls('', 0.15, 4, true).draw(session, seed + 100);
    return { ...host, labels: host.labels.map((k, i) => (k < 2 ? k : guest.labels[i] === 1 ? 2 : 3)) };
  },
};

export const CATHODES: readonly Known[] = [
  cathode('BM01', 'bm01', CUBE), cathode('BM03', 'bm03', CUBE), cathode('BM10', 'bm10', CUBE),
];
export const SECTIONS: readonly Known[] = [
  cathode('BM01 section', 'bm01', SECTION), cathode('BM10 section', 'bm10', SECTION),
];
export const UNEVEN: readonly Known[] = [
  uneven('pore 3 %', 0.4, 0.03, 0.5), uneven('pore 5 %', 0.4, 0.05, 0.5), uneven('pore 10 %', 0.4, 0.1, 0.5),
  uneven('SE 3 %', 0.03, 0.4, 0.5), uneven('SE 5 %', 0.05, 0.4, 0.5), uneven('SE 10 %', 0.1, 0.4, 0.5),
  uneven('AM 3 %', 0.5, 0.47, 0.5), uneven('AM 10 %', 0.5, 0.4, 0.5),
];
export const TWO: readonly Known[] = [
  balls('dark balls 3 %', 0.03, 5, false), balls('dark balls 10 %', 0.1, 5, false),
  balls('dark balls 30 %', 0.3, 5, false), balls('dark balls 60 %', 0.6, 5, false),
  balls('bright balls 3 %', 0.03, 5, true), balls('bright balls 30 %', 0.3, 5, true),
];
export const FOUR: readonly Known[] = [four];
