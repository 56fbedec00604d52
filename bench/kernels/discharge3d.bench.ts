// A discharge on voxels: steps of 30 s at 1 C of a structure that nothing was tuned to, after shorter ones that lead to
// them. By parts: potentials, the reaction on the faces, lithium.
import { FARADAY, thermalSlope } from '../../src/cell/constants.js';
import { constant } from '../../src/cell/curves/curve.js';
import { expression } from '../../src/cell/curves/expression.js';
import { newmanExchange } from '../../src/cell/exchange-current/newman.js';
import { electrodeImage, type ElectrodeMaterials } from '../../src/resolved/electrode.js';
import { prepareElectrode } from '../../src/resolved/electrode-stepper.js';
import { POTENTIAL_DEFAULTS } from '../../src/resolved/potential.js';
import { potentialsPlan, preparePotentials } from '../../src/resolved/prepare.js';
import type { Frame, Session } from '../../src/runtime/session.js';
import type { BenchCase } from '../harness.js';
import { recordStructure } from '../record.js';

/** Edge of a voxel in m, and what a stoichiometry of all active material holds. */
const EDGE = 2e-7;
const MAXIMUM = 5e4;
const START = 0.27;
const FIRST = [0, 0.1, 0.5, 2, 8, 20];
const STEP = 30;
const STEPS = 4;

// The fit of Chen 2020 for NMC811.
const potential = expression(
  '-0.8090*x + 4.4875 - 0.0428*tanh(18.5138*(x-0.5542)) - 17.7326*tanh(15.7890*(x-0.3117)) + ' +
    '17.5842*tanh(15.9308*(x-0.3120))',
);
const exchange = newmanExchange(1);
const MATERIALS: ElectrodeMaterials = {
  temperature: 298.15, thermal: thermalSlope(298.15), electrolyte: 0.045, active: 91, carbon: null, potential,
  exchange: {
    value: (x) => exchange.value(x, 1), slope: (x) => exchange.slopeInSolid(x, 1), domain: null, constant: null,
  },
  diffusivity: constant(1e-14), alpha: 0.5, film: 0, maximumConcentration: MAXIMUM, stoichiometry: START,
  window: [START, 1], separator: 0, contact: 0, foil: null, voltageLimits: [3.4, 4.3],
};

/** Which part a kernel belongs to; all others are of potentials. */
const partOf = (kernel: string): 'reaction' | 'lithium' | 'potential' =>
  kernel === 'react' || kernel === 'shiftReaction' ? 'reaction'
    : /lithium|diffusivityRoots|keepRise/i.test(kernel) ? 'lithium' : 'potential';

/** A frame that counts the seconds of its kernels by parts. */
function counting(frame: Frame, seconds: Record<string, number>): Frame {
  return {
    ...frame,
    async call(kernel, args, stage) {
      const start = performance.now();
      const status = await frame.call(kernel, args, stage);
      seconds[partOf(kernel)] += (performance.now() - start) / 1000;
      return status;
    },
  };
}

async function measure(session: Session, edge: number): Promise<Record<string, number>> {
  const { labels, shape } = await recordStructure(session, edge);
  const um = EDGE * 1e6;
  const image = electrodeImage('bench', { labels, shape, voxelSizeUm: [um, um, um] });
  const active = labels.reduce((count, label) => count + (label === 2 ? 1 : 0), 0);
  const current = (FARADAY * MAXIMUM * (1 - START) * EDGE * active) / (edge * edge * 3600);
  const voxels = edge ** 3;
  const plan = potentialsPlan(image.shape, session.threads, POTENTIAL_DEFAULTS);
  return session.run('discharge', plan, voxels, {}, async (frame) => {
    const seconds = { potential: 0, reaction: 0, lithium: 0 };
    const start = performance.now();
    const timed = counting(frame, seconds);
    const potentials = await preparePotentials('bench', timed, image, MATERIALS, POTENTIAL_DEFAULTS);
    const { stepper } = await prepareElectrode(timed, image, MATERIALS, potentials);
    const prepared = performance.now();
    for (const dt of FIRST) {
      await stepper.attempt(dt, current);
      await stepper.accept();
    }
    Object.assign(seconds, { potential: 0, reaction: 0, lithium: 0 });
    const begun = performance.now();
    let [sweeps, iterations] = [0, 0];
    for (let k = 0; k < STEPS; k++) {
      const { work } = await stepper.attempt(STEP, current);
      await stepper.accept();
      sweeps += work.sweeps;
      iterations += work.iterations;
    }
    const ns = (ms: number): number => Number(((ms * 1e6) / voxels).toFixed(0));
    const perStep = (s: number): number => ns((1000 * s) / STEPS);
    return {
      prepareNs: ns(prepared - start), stepNs: ns((performance.now() - begun) / STEPS),
      potentialNs: perStep(seconds.potential), reactionNs: perStep(seconds.reaction),
      lithiumNs: perStep(seconds.lithium), sweeps: sweeps / STEPS, iterations: iterations / STEPS,
      facesPerVoxel: Number((potentials.faces.count / voxels).toFixed(3)),
      bytesPerVoxel: Number((frame.peakBytes / voxels).toFixed(1)),
    };
  });
}

export const cases: readonly BenchCase[] = [{
  name: 'discharge3d-step',
  bytesPerVoxel: null,
  async setup(session, edge) {
    await recordStructure(session, edge);
    return { voxels: edge ** 3, run: () => measure(session, edge) };
  },
}];
