// Discharges on voxels as they might come out, made by hand: lithium that lags behind with depth and rate.
import type { LabelVolume } from '../../src/core/volume.js';
import { parseMoments } from '../../src/resolved/moments.js';
import type { DepthProfile, ResolvedDischarge, ResolvedMap } from '../../src/resolved/result.js';

export const ACTIVE = 2;
const [CHARGED, DISCHARGED] = [0.27, 0.95];
const EMPTY = 36_000;

/** A run at a rate along z, with the separator at the low face; maps and profiles at 25 % and at the end. */
export function runMadeUp({ labels, shape }: LabelVolume, rate: number): ResolvedDischarge {
  const [nz, ny, nx] = shape;
  const steps = 40;
  const capacity = EMPTY / (1 + 0.2 * rate);
  const shareAt = (k: number): number => (k / steps) * (capacity / EMPTY);
  /** Stoichiometry in a plane when a share of the capacity has passed. */
  const inPlane = (share: number, z: number): number =>
    CHARGED + (DISCHARGED - CHARGED) * share * (1 + 0.3 * Math.min(1, rate) * (0.5 - z / (nz - 1)));
  const momentsAt = [0.25 * (EMPTY / capacity), 1];
  const moments = parseMoments('25%,end', 'here');
  const time = (progress: number): number => (progress * capacity) / (10 * rate);
  const voltageAt = (progress: number): number => 4.3 - 0.9 * progress - 0.05 * rate;
  const maps = momentsAt.map((progress, i): ResolvedMap => ({
    moment: moments[i], time: time(progress), voltage: voltageAt(progress),
    stoichiometry: Float32Array.from(labels, (label, at) => (label === ACTIVE
      ? inPlane(progress * (capacity / EMPTY), Math.floor(at / (ny * nx))) : NaN)),
  }));
  const overPlanes = (value: (z: number) => number): number[] => Array.from({ length: nz }, (_, z) => value(z));
  const profiles = momentsAt.map((progress, i): DepthProfile => ({
    moment: moments[i], time: time(progress),
    // The first plane has none.
    stoichiometry: overPlanes((z) => (z === 0 ? NaN : inPlane(progress * (capacity / EMPTY), z))),
    reaction: overPlanes((z) => (z === 0 ? NaN : (-1e6 * rate * (1.5 - z / nz)))),
    solidPotential: overPlanes(() => voltageAt(progress)),
    electrolytePotential: overPlanes((z) => (-0.1 * rate * z) / nz),
  }));
  const progress = Array.from({ length: steps + 1 }, (_, k) => k / steps);
  const x = progress.map((_, k) => CHARGED + (DISCHARGED - CHARGED) * shareAt(k));
  return {
    currentDensity: 10 * rate, rate, charged: CHARGED, discharged: DISCHARGED, time: progress.map(time),
    voltage: progress.map(voltageAt), charge: progress.map((p) => p * capacity), stoichiometry: x,
    surface: x.map((value) => [value - 0.01, value + 0.01] as const), endedBy: 'lowerVoltage', capacity,
    energy: 3.8 * capacity, depthUm: overPlanes((z) => 0.2 * (z + 0.5)), profiles, maps,
    active: { voxels: labels.filter((label) => label === ACTIVE).length, touching: 0.7, wired: 0.99, dead: 0.002 },
    area: { faces: 30, corrected: 20, factor: 1.03 }, balance: { lithium: 2e-15, charge: 3e-14 },
    work: { steps, rejected: 2, newton: 300, iterations: 2400 },
  };
}
