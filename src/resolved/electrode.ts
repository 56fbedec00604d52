// The electrode as an image that is solved on: what each voxel is, the separator before it and the collector behind it,
// what hangs together with them, and the materials.
import {
  LABEL_ACTIVE, LABEL_CARBON, LABEL_COLLECTOR, LABEL_ELECTROLYTE, LABEL_FLOATING, LABEL_SEPARATOR,
} from '../../assembly/layout.js';
import { layoutOf, type Cell } from '../cell/cell.js';
import { thermalSlope } from '../cell/constants.js';
import type { Curve } from '../cell/curves/curve.js';
import { SpecError } from '../core/errors.js';
import { axisOrder, turnedShape, turnedStrides, voxelCount, type Axis, type Face, type Shape } from '../core/grid.js';
import { labelsText } from '../core/text.js';
import { checkPhase, checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { isolatePart, isolatePlans } from '../descriptors/connectivity.js';
import type { LeasePlan } from '../runtime/plan.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';

/** What an image shows, and how it stands between separator and collector. */
export interface ElectrodeImageOptions {
  /** Label of the electrolyte; labels that are not named conduct nothing. */
  readonly electrolyte: Phase;
  /** Label of the active material. */
  readonly active: Phase;
  /** Label of carbon, which conducts electrons alone; null: none. */
  readonly carbon: Phase | null;
  /** From separator to collector, or back. */
  readonly axis: Axis;
  /** The face of the image at which the separator lies. */
  readonly separator: Face;
  /** Planes of separator before the image, of the electrolyte's conductivity, in which the current spreads. */
  readonly separatorPlanes: number;
}

/** Options of an electrode image that are not given: SE and AM, separator at the low face across z. */
export const ELECTRODE_IMAGE_DEFAULTS: ElectrodeImageOptions = {
  electrolyte: 1, active: 2, carbon: null, axis: 'z', separator: 'low', separatorPlanes: 8,
};

/** Planes of separator at most: more only cost memory. */
const MOST_PLANES = 1024;

/** The image that is solved on: LABEL_… of assembly/layout.ts, planes from the separator to the collector. */
export interface ElectrodeImage {
  readonly labels: Uint8Array;
  readonly shape: Shape;
  /** Planes of the electrode: from … to − 1. */
  readonly from: number;
  readonly to: number;
  /** Edges of a voxel in m, as the planes lie. */
  readonly edges: readonly [z: number, y: number, x: number];
}

/** Cross-section in m². */
export const crossSection = ({ shape, edges }: Pick<ElectrodeImage, 'shape' | 'edges'>): number =>
  shape[1] * edges[1] * shape[2] * edges[2];

/** Where voxel (0, 0, 0) of the turned electrode lies in the image, and what lies between its neighbours there. */
export function electrodeStrides(
  shape: Shape, { axis, separator }: Pick<ElectrodeImageOptions, 'axis' | 'separator'>,
): { readonly start: number; readonly strides: readonly [number, number, number] } {
  const [sz, sy, sx] = turnedStrides(shape, axis);
  const planes = turnedShape(shape, axis)[0];
  return separator === 'low' ? { start: 0, strides: [sz, sy, sx] }
    : { start: (planes - 1) * sz, strides: [-sz, sy, sx] };
}

/** Puts an image between a separator and a collector.
 *  @throws SpecError for labels that do not occur or are one, images without a voxel size, bad options */
export function electrodeImage(
  where: string, volume: LabelVolume, options: Partial<ElectrodeImageOptions> = {},
): ElectrodeImage {
  const chosen = { ...ELECTRODE_IMAGE_DEFAULTS, ...options };
  const { electrolyte, active, carbon, axis, separatorPlanes } = chosen;
  checkVolume(where, volume);
  const { voxelSizeUm, shape } = volume;
  if (voxelSizeUm === null) {
    throw new SpecError(`${where}: the image has no voxel size, which conductors of a known thickness need; give one`);
  }
  if (!(Number.isInteger(separatorPlanes) && separatorPlanes >= 0 && separatorPlanes <= MOST_PLANES)) {
    throw new SpecError(
      `${where}: separatorPlanes must be a whole number from 0 to ${MOST_PLANES}, got ${separatorPlanes}`,
    );
  }
  const roles = new Map<Phase, number>();
  for (const [name, label, role] of [
    ['electrolyte', electrolyte, LABEL_ELECTROLYTE], ['active material', active, LABEL_ACTIVE],
    ['carbon', carbon, LABEL_CARBON],
  ] as const) {
    if (label === null) continue;
    if (roles.has(label)) {
      throw new SpecError(`${where}: ${name} has label ${label}, which another phase has already; give each its own`);
    }
    try {
      checkPhase(where, volume, label);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      throw new SpecError(
        `${where}: the label of ${name}, ${label}, does not occur in the image, which has ` +
          `${labelsText(phasesOf(volume))}; say which labels are electrolyte and active material`,
      );
    }
    roles.set(label, role);
  }
  const table = Uint8Array.from({ length: 256 }, (_, label) => roles.get(label) ?? 0);
  const [planes, ny, nx] = turnedShape(shape, axis);
  const { start, strides: [sz, sy, sx] } = electrodeStrides(shape, chosen);
  const extended: Shape = [separatorPlanes + planes + 1, ny, nx];
  const labels = new Uint8Array(voxelCount(extended));
  let to = separatorPlanes * ny * nx;
  labels.fill(LABEL_SEPARATOR, 0, to);
  for (let z = 0; z < planes; z++) {
    for (let y = 0; y < ny; y++) {
      let at = start + z * sz + y * sy;
      for (let x = 0; x < nx; x++, at += sx) labels[to++] = table[volume.labels[at]];
    }
  }
  labels.fill(LABEL_COLLECTOR, to);
  const order = axisOrder(axis);
  return {
    labels, shape: extended, from: separatorPlanes, to: separatorPlanes + planes,
    edges: [1e-6 * voxelSizeUm[order[0]], 1e-6 * voxelSizeUm[order[1]], 1e-6 * voxelSizeUm[order[2]]],
  };
}

/** Whether a label carries electrons, or ions. */
const ELECTRONS: ReadonlySet<number> = new Set([LABEL_ACTIVE, LABEL_CARBON, LABEL_COLLECTOR]);
const IONS: ReadonlySet<number> = new Set([LABEL_ELECTROLYTE, LABEL_SEPARATOR]);
export const isSolid = (label: number): boolean => ELECTRONS.has(label & ~LABEL_FLOATING);
export const isElectrolyte = (label: number): boolean => IONS.has(label & ~LABEL_FLOATING);

/** Whether it is active material, floating or not. */
export const isActive = (label: number): boolean => (label & ~LABEL_FLOATING) === LABEL_ACTIVE;

/** Whether it is solid that hangs together with the collector. */
export const isWired = (label: number): boolean => isSolid(label) && (label & LABEL_FLOATING) === 0;

/** Memory of `markFloating`. */
export function floatingPlan(shape: Shape): LeasePlan {
  return { leases: named({ 'side of the interface': voxelCount(shape) }), then: isolatePlans(shape) };
}

/** Labels with LABEL_FLOATING where solid does not hang together with the collector, or electrolyte with the low face.
 *  @throws SpecError where no active material at the collector touches electrolyte at the separator: nothing flows */
export async function markFloating(
  where: string, frame: Frame, { labels, shape }: ElectrodeImage,
): Promise<Uint8Array> {
  const marked = labels.slice();
  for (const [side, face] of [[ELECTRONS, 'high'], [IONS, 'low']] as const) {
    const parts = await frame.scope(async () => {
      const { 'side of the interface': mask } = frame.take(floatingPlan(shape));
      const members = Uint8Array.from({ length: 256 }, (_, label) => (side.has(label) ? 1 : 0));
      await frame.write(mask, labels.map((label) => members[label]));
      await isolatePart(frame, mask, shape, 'z', 6, 1, face, 2);
      return frame.read(mask, Uint8Array, labels.length);
    });
    parts.forEach((part, k) => {
      if (part === 2) marked[k] |= LABEL_FLOATING;
    });
  }
  const count = (label: number): number => marked.reduce((sum, each) => (each === label ? sum + 1 : sum), 0);
  if (count(LABEL_ACTIVE) === 0) {
    throw new SpecError(
      `${where}: no active material hangs together with the collector, so that no electron reaches it; check the ` +
        'labels and at which face the separator lies, or name the label of carbon',
    );
  }
  if (count(LABEL_ELECTROLYTE) === 0) {
    throw new SpecError(
      `${where}: no electrolyte hangs together with the separator, so that no ion reaches the electrode; check the ` +
        'labels and at which face the separator lies',
    );
  }
  return marked;
}

/** Materials of an electrode, in SI units. */
export interface ElectrodeMaterials {
  /** In K, and f = F/RT in 1/V. */
  readonly temperature: number;
  readonly thermal: number;
  /** κ, and σ of active material and of carbon, of the bulk in S/m; null: there is none. */
  readonly electrolyte: number;
  readonly active: number;
  readonly carbon: number | null;
  /** U in V, i0 in A/m² and D in m²/s over the stoichiometry; α, and Ω m² of a film on the interface. */
  readonly potential: Curve;
  readonly exchange: Curve;
  readonly diffusivity: Curve;
  readonly alpha: number;
  readonly film: number;
  /** c_max in mol/m³; stoichiometry at the start, and what surfaces must not leave. */
  readonly maximumConcentration: number;
  readonly stoichiometry: number;
  readonly window: readonly [low: number, high: number];
  /** Of the separator and of contacts, in Ω m²; i0 of the lithium foil in A/m², null where it costs no voltage. */
  readonly separator: number;
  readonly contact: number;
  readonly foil: number | null;
  /** Of the terminal voltage, in V. */
  readonly voltageLimits: readonly [low: number, high: number];
}

/** The materials of a half-cell with a solid electrolyte. What its file says of the electrode's composition is not
 *  used: the image has it.
 *  @param carbon σ of carbon in S/m @throws SpecError for cells that are none */
export function electrodeMaterials(cell: Cell, carbon: number | null = null): ElectrodeMaterials {
  const { negative, foil, separators, positive, contactResistance } = layoutOf(cell);
  const { electrolyte } = positive.electrolyte;
  if (negative !== null) {
    throw new SpecError(
      `${cell.name}: an electrode on the voxels needs lithium foil as the other electrode, not a porous one`,
    );
  }
  if (electrolyte.kind !== 'single-ion') {
    throw new SpecError(
      `${cell.name}: the electrolyte is ${electrolyte.kind}, where salt moves too; expected a single-ion conductor`,
    );
  }
  const { active, kinetics, bulkConductivity = null } = positive;
  if (bulkConductivity === null) {
    throw new SpecError(
      `${cell.name}: only the effective conductivity of the solid is known, and the image needs that of the material ` +
        'itself; give it as conductivity, with its mFactor beside it',
    );
  }
  const separator = separators.reduce((sum, { thickness, electrolyte: phase }) => (
    phase.electrolyte.kind === 'single-ion' ? sum + thickness / (phase.electrolyte.conductivity * phase.mFactor) : sum
  ), 0);
  const { exchangeCurrent, transferCoefficient, filmResistance } = kinetics;
  return {
    temperature: cell.temperature, thermal: thermalSlope(cell.temperature),
    electrolyte: electrolyte.conductivity, active: bulkConductivity, carbon,
    potential: active.potential, diffusivity: active.diffusivity,
    exchange: {
      value: (x) => exchangeCurrent.value(x, 1), slope: (x) => exchangeCurrent.slopeInSolid(x, 1), domain: null,
      constant: null,
    },
    alpha: transferCoefficient, film: filmResistance, maximumConcentration: active.maximumConcentration,
    stoichiometry: active.stoichiometry, window: active.window, separator, contact: contactResistance,
    foil: foil?.exchangeCurrent ?? null, voltageLimits: cell.voltageLimits,
  };
}

/** What lies outside of the image, in Ω m²: contacts, and what the separator resists beyond its planes in the image. */
export function outerResistance(
  { separator, contact, electrolyte }: Pick<ElectrodeMaterials, 'separator' | 'contact' | 'electrolyte'>,
  { from, edges }: Pick<ElectrodeImage, 'from' | 'edges'>,
): number {
  return contact + Math.max(0, separator - (from * edges[0]) / electrolyte);
}
