// Charge on the voxels of an electrode. Kernels: assembly/electrode/charge.ts.
import { CHARGE_CURSORS, CHARGE_LOSSES, CHARGE_SUMS, ELECTRODE_LABELS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import type { InterfaceFaces } from './interface-faces.js';
import type { PerFaceAxis } from './reaction.js';

/** Conductances by labels, in the unit of the network. */
export interface ChargeNetwork {
  /** Between voxels of two labels across axis 0, 1, 2; −1 for a face of the interface. */
  between(a: number, b: number, axis: number): number;
  /** To a potential of 0 at the low boundary. */
  low(label: number): number;
  /** Areas of the faces across z, y, x in the unit of the conductances. */
  readonly area: PerFaceAxis;
}

/** What a residual adds up to. */
export interface ChargeSums {
  /** ‖r‖ in the 2-norm, and the largest |r|, in the network's unit. */
  readonly norm: number;
  readonly largest: number;
  /** What leaves by the low boundary. */
  readonly drained: number;
}

export function chargePlan(shape: Shape, threads: number) {
  const pairs = ELECTRODE_LABELS * ELECTRODE_LABELS;
  return named({
    potential: 8 * voxelCount(shape), roles: voxelCount(shape),
    'conductances of pairs': 3 * 8 * pairs, 'low conductances': 8 * ELECTRODE_LABELS, sources: 8 * ELECTRODE_LABELS,
    'charge sums': 8 * Math.max(CHARGE_SUMS * shape[0], CHARGE_LOSSES * shape[0], threads),
    'charge cursors': CHARGE_CURSORS * threads,
    'charge classes': 32,
  });
}

/** Power that conductors lose, in the network's unit times V². */
export interface ChargeLosses {
  readonly separator: number;
  readonly electrolyte: number;
  readonly electrons: number;
}

/** Potentials and what is left of the charge, with their memory. */
export interface Charge {
  /** f64 per voxel in V, the caller's to begin with. */
  readonly potential: Lease;
  /** u8 per voxel. */
  readonly labels: Lease;
  /** Writes the residual, f32 per voxel. source: what flows into a voxel of a label from outside; reaction: f64 per
   *  face, j in A/m² */
  balance(source: (label: number) => number, reaction: Lease, residual: Lease): Promise<ChargeSums>;
  /** Adds a share of a correction, f32 per voxel. @returns the largest change */
  correct(correction: Lease, share: number): Promise<number>;
  losses(): Promise<ChargeLosses>;
}

/** Brings labels and conductances into memory; potentials are 0. */
export async function prepareCharge(
  frame: Frame, shape: Shape, labels: Uint8Array, faces: InterfaceFaces, network: ChargeNetwork,
): Promise<Charge> {
  const leases = frame.take(chargePlan(shape, frame.threads));
  const { potential, roles, sources, 'charge sums': sums } = leases;
  const classes = leases['charge classes'];
  await frame.write(roles, labels);
  await frame.fill(potential, 0);
  await frame.write(classes, Uint32Array.from(faces.classes));
  const pairs = ELECTRODE_LABELS * ELECTRODE_LABELS;
  await frame.write(leases['conductances of pairs'], Float64Array.from({ length: 3 * pairs }, (_, at) => {
    const pair = at % pairs;
    return network.between(Math.floor(pair / ELECTRODE_LABELS), pair % ELECTRODE_LABELS, Math.floor(at / pairs));
  }));
  const byLabel = (value: (label: number) => number): Float64Array =>
    Float64Array.from({ length: ELECTRODE_LABELS }, (_, label) => value(label));
  await frame.write(leases['low conductances'], byLabel((label) => network.low(label)));
  const [areaZ, areaY, areaX] = network.area;
  const [nz, ny, nx] = shape;
  const stage = { name: 'charge', work: voxelCount(shape) };

  return {
    potential, labels: roles,

    async balance(source, reaction, residual) {
      await frame.write(sources, byLabel(source));
      await frame.call('chargeResidual', {
        out: sums, right: residual, potential, labels: roles, between: leases['conductances of pairs'],
        low: leases['low conductances'], source: sources, ...extents(shape), classes, active: faces.active,
        electrolyte: faces.electrolyte, weight: faces.weight, reaction, areaZ, areaY, areaX,
        cursors: leases['charge cursors'],
      }, stage);
      const values = await frame.read(sums, Float64Array, CHARGE_SUMS * nz);
      let [squares, largest, drained] = [0, 0, 0];
      for (let at = 0; at < values.length; at += CHARGE_SUMS) {
        squares += values[at];
        largest = Math.max(largest, values[at + 1]);
        drained += values[at + 2];
      }
      return { norm: Math.sqrt(squares), largest, drained };
    },

    async correct(correction, share) {
      await frame.call('correctPotential', { out: sums, potential, correction, share, rows: nz * ny, nx }, stage);
      const largest = await frame.read(sums, Float64Array, frame.threads);
      return largest.reduce((most, value) => Math.max(most, value), 0);
    },

    async losses() {
      await frame.call('chargeLosses', {
        out: sums, potential, labels: roles, between: leases['conductances of pairs'], low: leases['low conductances'],
        ...extents(shape),
      }, stage);
      const values = await frame.read(sums, Float64Array, CHARGE_LOSSES * nz);
      const sum = (slot: number): number => values.reduce((total, value, k) => (
        k % CHARGE_LOSSES === slot ? total + value : total
      ), 0);
      return { separator: sum(0), electrolyte: sum(1), electrons: sum(2) };
    },
  };
}
