// Spheres that are pushed apart until no pair is nearer than its reach: soft repulsive spheres quenched from where they
// are (O'Hern, Silbert, Liu & Nagel 2003, Phys. Rev. E 68, 011306) by the damped dynamics FIRE (Bitzek et al. 2006,
// Phys. Rev. Lett. 97, 170201). One thread of doubles, only + − × ÷ and sqrt: the same bits everywhere.
import { inTurns } from '../../runtime/host-work.js';
import type { RunOptions } from '../../runtime/session.js';
import { nearestImage, nearPairs, type Box, type Pairs, type Spheres } from './neighbours.js';

/** What relaxes. Centres move in place. */
export interface Packing extends Spheres {
  readonly box: Box;
  /** Distance that two spheres keep; ≤ 0: they do not see each other. At most the sum of the radii. */
  reachOf(i: number, j: number): number;
  /** Spheres before this index stay where they are. */
  readonly frozen: number;
}

export interface Relaxed {
  /** Least distance of a pair over its reach, less 1: below 0 spheres are too near. */
  readonly clearance: number;
  readonly iterations: number;
}

/** Steps of FIRE with the published constants, where pairs have stiffness 1 and the smallest spheres mass 1. */
const STEP = { first: 0.1, most: 0.5, grow: 1.1, shrink: 0.5, patience: 5, mixing: 0.1, fade: 0.99 } as const;
/** Iterations in which the largest overlap has to fall to this share, or the packing has jammed. */
const PATIENCE = 400;
const PROGRESS = 0.9;
/** Iterations between two turns of the host. */
const BATCH = 20;

interface State {
  readonly packing: Packing;
  readonly velocities: Float64Array;
  readonly forces: Float64Array;
  /** Where the spheres were when the list of pairs was made. */
  readonly listed: Float64Array;
  pairs: Pairs;
  /** Lists hold pairs that are so much farther apart than they reach; of that, moves may use up `slack`. */
  readonly margin: number;
  readonly slack: number;
  readonly masses: Float64Array;
}

/** Forces at the present places. @returns the least distance over reach */
function push({ packing: { centres, box }, pairs, forces }: State, inflation: number): number {
  const [lz, ly, lx] = box;
  const { count, i, j, reach } = pairs;
  forces.fill(0);
  let least = 1e300;
  for (let p = 0; p < count; p++) {
    const [a, b] = [3 * i[p], 3 * j[p]];
    const dz = nearestImage(centres[b] - centres[a], lz);
    const dy = nearestImage(centres[b + 1] - centres[a + 1], ly);
    const dx = nearestImage(centres[b + 2] - centres[a + 2], lx);
    const wanted = reach[p] * inflation;
    const square = dz * dz + dy * dy + dx * dx;
    if (square >= wanted * wanted) continue;
    const distance = Math.sqrt(square);
    if (distance < least * reach[p]) least = distance / reach[p];
    // Spheres at one place part along x.
    const pull = distance > 0 ? (wanted - distance) / distance : 0;
    const along = distance > 0 ? pull * dx : wanted;
    forces[a] -= pull * dz;
    forces[a + 1] -= pull * dy;
    forces[a + 2] -= along;
    forces[b] += pull * dz;
    forces[b + 1] += pull * dy;
    forces[b + 2] += along;
  }
  return Math.min(least, inflation);
}

/** Whether a sphere has moved so far that the list of pairs may miss one. */
function outdated({ packing: { centres }, listed, slack }: State): boolean {
  const limit = (slack * slack) / 4;
  for (let k = 0; k < centres.length; k += 3) {
    const dz = centres[k] - listed[k];
    const dy = centres[k + 1] - listed[k + 1];
    const dx = centres[k + 2] - listed[k + 2];
    if (dz * dz + dy * dy + dx * dx > limit) return true;
  }
  return false;
}

function relist(state: State): void {
  const { packing: { centres, box }, packing, margin } = state;
  for (let k = 0; k < centres.length; k++) {
    const length = box[k % 3];
    centres[k] -= length * Math.floor(centres[k] / length);
  }
  state.listed.set(centres);
  state.pairs = nearPairs(packing, box, margin, packing.reachOf);
}

/** Moves the spheres until every pair keeps (1 + clearance) times its reach, the packing jams, or iterations end.
 *  Forces reach twice as far as the clearance, so that it is there after finitely many steps.
 *  @throws CancelledError, SpecError */
export async function relax(
  packing: Packing, wanted: { readonly clearance: number; readonly iterations: number }, run: RunOptions,
): Promise<Relaxed> {
  const { centres, radii, frozen } = packing;
  let [smallest, largest, mean] = [1e300, 0, 0];
  for (const radius of radii) {
    smallest = Math.min(smallest, radius);
    largest = Math.max(largest, radius);
    mean += radius / radii.length;
  }
  // Wide enough for a few dozen steps, narrow enough that lists stay short.
  const margin = Math.max(0.6 * Math.min(mean, 2 * smallest), 8 * wanted.clearance * largest);
  const state: State = {
    packing, velocities: new Float64Array(centres.length), forces: new Float64Array(centres.length),
    listed: centres.slice(), pairs: nearPairs(packing, packing.box, margin, packing.reachOf), margin,
    slack: margin - 4 * wanted.clearance * largest, masses: radii.map((r) => (r * r) / smallest / smallest),
  };
  const { velocities, forces, masses } = state;
  const [enough, inflation] = [1 + wanted.clearance, 1 + 2 * wanted.clearance];
  let least = push(state, inflation);
  let [step, mixing, calm, iterations] = [STEP.first as number, STEP.mixing as number, 0, 0];
  let [reference, referenceAt] = [inflation - least, 0];
  let done = least >= enough;

  const advance = (): void => {
    let [power, speed, force] = [0, 0, 0];
    for (let k = 3 * frozen; k < centres.length; k++) {
      power += forces[k] * velocities[k];
      speed += velocities[k] * velocities[k];
      force += forces[k] * forces[k];
    }
    if (power > 0) {
      const turn = force > 0 ? mixing * Math.sqrt(speed / force) : 0;
      for (let k = 3 * frozen; k < centres.length; k++) {
        velocities[k] = (1 - mixing) * velocities[k] + turn * forces[k];
      }
      if (++calm > STEP.patience) {
        step = Math.min(step * STEP.grow, STEP.most);
        mixing *= STEP.fade;
      }
    } else {
      velocities.fill(0);
      [step, mixing, calm] = [step * STEP.shrink, STEP.mixing, 0];
    }
    for (let sphere = frozen, k = 3 * frozen; sphere < radii.length; sphere++) {
      const rate = step / masses[sphere];
      for (let axis = 0; axis < 3; axis++, k++) {
        velocities[k] += rate * forces[k];
        centres[k] += step * velocities[k];
      }
    }
    if (outdated(state)) relist(state);
    least = push(state, inflation);
    iterations++;
    done = least >= enough;
    if (done) return;
    if (inflation - least < PROGRESS * reference) [reference, referenceAt] = [inflation - least, iterations];
    else if (iterations - referenceAt > PATIENCE) done = true;
  };
  await inTurns('generate', 'packing', Math.ceil(wanted.iterations / BATCH), run, () => {
    for (let k = 0; k < BATCH && !done; k++) advance();
  });
  return { clearance: least - 1, iterations };
}
