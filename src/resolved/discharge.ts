// Discharge or charge of an electrode on its voxels at a constant current: electrons in active material and carbon,
// ions in solid electrolyte, lithium in active material, and the reaction on every face between.
import { LABEL_FLOATING } from '../../assembly/layout.js';
import { layoutOf, type Cell } from '../cell/cell.js';
import { FARADAY } from '../cell/constants.js';
import { checkOperation, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount } from '../core/grid.js';
import { significant } from '../core/text.js';
import type { LabelVolume } from '../core/volume.js';
import type { InterfaceAreas } from '../kernels/interface-faces.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';
import { activeShares } from './active-material.js';
import type { Checkpointing } from './checkpoint.js';
import { prepareElectrode, STEPPER_DEFAULTS, type Electrode } from './electrode-stepper.js';
import {
  crossSection, electrodeImage, electrodeMaterials, electrodeStrides, ELECTRODE_IMAGE_DEFAULTS, isActive,
  isElectrolyte, isSolid, outerResistance, type ElectrodeImage, type ElectrodeImageOptions, type ElectrodeMaterials,
} from './electrode.js';
import type { InterfaceAreaOption } from './interface.js';
import { liquidDischarge } from './liquid/discharge.js';
import { MARCH_TOLERANCES, type MarchTolerances } from './march.js';
import type { Moment } from './moments.js';
import { POTENTIAL_DEFAULTS, type PotentialOptions } from './potential.js';
import { potentialsPlan, preparePotentials } from './prepare.js';
import { depthProfile, type ProfiledFaces, type ProfiledGrid } from './profiles.js';
import type { ResolvedDischarge } from './result.js';
import { reportedRun, runAtCurrent, type Kept } from './run.js';
import { runSettings } from './settings.js';

/** Options of `discharge3d`: the electrode in its image, how fast it is discharged, and what is kept. */
export interface Discharge3dOptions extends ElectrodeImageOptions {
  /** C-rate: over the current that takes the active material of the image from its start to the end of its window in an
   *  hour, or `nominalCapacity` instead of it; below 0: charge. null: `current` says it. */
  readonly rate: number | null;
  /** In A/m² of cross-section, above 0 in discharge; null: `rate` says it. */
  readonly current: number | null;
  /** What C-rates refer to, in C/m² of cross-section; null: what the image holds. */
  readonly nominalCapacity: number | null;
  /** Stoichiometry at the start; null: that of the cell. */
  readonly stoichiometry: number | null;
  /** σ of carbon in S/m; null: there is none, or the electrolyte is a liquid, where the cell has it. */
  readonly carbonConductivity: number | null;
  /** Area of the interface: `corrected` for the stairs of voxels, or that of their `faces`. */
  readonly area: InterfaceAreaOption;
  /** s, after which the run ends; null: at a limit. */
  readonly duration: number | null;
  /** Moments at which maps and profiles are kept. */
  readonly moments: readonly Moment[];
  /** Errors of a step. */
  readonly tolerances: MarchTolerances;
}

/** Options of `discharge3d` that are not given: maps and profiles of the end; `rate` or `current` must be. */
export const DISCHARGE_3D_DEFAULTS: Discharge3dOptions = {
  ...ELECTRODE_IMAGE_DEFAULTS, rate: null, current: null, nominalCapacity: null, stoichiometry: null,
  carbonConductivity: null, area: 'corrected', duration: null, moments: [{ kind: 'end' }],
  tolerances: MARCH_TOLERANCES,
};

const OPTION_NAMES: Names<Discharge3dOptions> = {
  electrolyte: true, active: true, carbon: true, axis: true, separator: true, separatorPlanes: true, rate: true,
  current: true, nominalCapacity: true, stoichiometry: true, carbonConductivity: true, area: true, duration: true,
  moments: true, tolerances: true,
};

const WHERE = 'discharge3d';
/** Charge that the active material of an image takes from the start to the end of its window, in C/m². */
export function imageCapacity(image: ElectrodeImage, materials: ElectrodeMaterials, active: number): number {
  const { edges: [hz, hy, hx] } = image;
  const { maximumConcentration, window, stoichiometry } = materials;
  const volume = active * hz * hy * hx;
  return (FARADAY * maximumConcentration * volume * (window[1] - stoichiometry)) / crossSection(image);
}

function checkOptions(options: Discharge3dOptions, liquid: boolean): void {
  const { rate, current, nominalCapacity, stoichiometry, carbon, carbonConductivity, duration, tolerances } = options;
  if ((rate === null) === (current === null)) {
    throw new SpecError(`${WHERE}: expected either rate or current, found ${rate === null ? 'neither' : 'both'}`);
  }
  const speed = rate ?? current!;
  if (!Number.isFinite(speed) || (speed === 0 && duration === null)) {
    throw new SpecError(`${WHERE}: ${rate === null ? 'current' : 'rate'} must be a number other than 0, got ${speed}`);
  }
  for (const [name, value] of Object.entries({ nominalCapacity, carbonConductivity, duration })) {
    if (value !== null && !(value > 0)) throw new SpecError(`${WHERE}: ${name} must be above 0, got ${value}`);
  }
  if (stoichiometry !== null && !(stoichiometry > 0 && stoichiometry < 1)) {
    throw new SpecError(`${WHERE}: stoichiometry must be above 0 and below 1, got ${stoichiometry}`);
  }
  if (liquid && carbonConductivity !== null) {
    throw new SpecError(
      `${WHERE}: in a liquid electrolyte carbon is a porous additive, which the cell describes (additive of the ` +
        'porous electrode); leave carbonConductivity out',
    );
  }
  if (!liquid && (carbon === null) !== (carbonConductivity === null)) {
    throw new SpecError(
      `${WHERE}: ${carbon === null ? 'carbonConductivity needs the label of carbon' : 'carbon needs its conductivity'}`,
    );
  }
  for (const [name, value] of Object.entries(tolerances)) {
    if (!(value > 0)) throw new SpecError(`${WHERE}: the tolerance of ${name} must be above 0, got ${value}`);
  }
}

/** Refuses currents that what lies before the electrode alone forbids. */
function refuseSeparator(image: ElectrodeImage, materials: ElectrodeMaterials, current: number, rate: number): void {
  const { potential, stoichiometry, voltageLimits: [low, high], electrolyte } = materials;
  const resistance = outerResistance(materials, image) + (image.from * image.edges[0]) / electrolyte;
  const rest = potential.value(stoichiometry);
  const room = current > 0 ? rest - low : high - rest;
  const cost = Math.abs(current) * resistance;
  if (current === 0 || cost < room) return;
  throw new SpecError(
    `${WHERE}: ${significant(rate, 3)} C are ${significant(current, 4)} A/m², for which separator and contacts alone ` +
      `(${significant(1e4 * resistance, 3)} Ω cm²) cost ${significant(cost, 3)} V; from ${significant(rest, 4)} V to ` +
      `the limit there are ${significant(Math.max(0, room), 3)} V; lower the rate below ` +
      `${significant((Math.abs(rate) * Math.max(0, room)) / cost, 2)} C, or make the separator thinner`,
  );
}

/** An electrode with what reading its state needs. */
interface Scene {
  readonly frame: Frame;
  readonly volume: LabelVolume;
  readonly image: ElectrodeImage;
  readonly options: Discharge3dOptions;
  readonly electrode: Electrode;
  readonly faces: ProfiledFaces & { readonly electrolyte: Uint32Array };
}

async function sceneOf(frame: Frame, volume: LabelVolume, image: ElectrodeImage, options: Discharge3dOptions,
  electrode: Electrode): Promise<Scene> {
  const { faces } = electrode.potentials;
  return {
    frame, volume, image, options, electrode,
    faces: {
      active: await frame.read(faces.active, Uint32Array, faces.count),
      electrolyte: await frame.read(faces.electrolyte, Uint32Array, faces.count),
      weight: await frame.read(faces.weight, Float32Array, faces.count),
      classes: faces.classes,
    },
  };
}

/** Refuses electrodes whose pieces that reach a contact are not those that react. */
function refuseApart({ electrode: { potentials: { labels } }, faces }: Scene): void {
  for (const [name, contact, other, list] of [
    ['active material', 'collector', 'electrolyte', faces.active],
    ['electrolyte', 'separator', 'active material', faces.electrolyte],
  ] as const) {
    if (list.some((voxel) => (labels[voxel] & LABEL_FLOATING) === 0)) continue;
    throw new SpecError(
      `${WHERE}: no ${name} that hangs together with the ${contact} touches ${other}, so that no current passes; ` +
        'check the labels and the axis, or whether the image shows the electrode from one side to the other',
    );
  }
}

/** What the accepted state looks like at moments: one profile and one map for each. */
async function look(
  { volume, image, options, electrode, faces }: Scene, moments: readonly Moment[], time: number, voltage: number,
  kept: Kept,
): Promise<void> {
  if (moments.length === 0) return;
  const { lithium, reaction } = await electrode.stepper.save();
  const potential = await electrode.potentials.read();
  const { labels } = electrode.potentials;
  const { from, to, shape: [, ny, nx], edges } = image;
  const grid: ProfiledGrid = {
    planes: to - from, perPlane: ny * nx, first: from * ny * nx, edges,
    isActive: (voxel) => isActive(labels[voxel]),
    carries: (voxel) => (isSolid(labels[voxel]) ? 'electrons' : isElectrolyte(labels[voxel]) ? 'ions' : 'nothing'),
  };
  const stoichiometry = new Float32Array(volume.labels.length).fill(NaN);
  const { start, strides: [sz, sy, sx] } = electrodeStrides(volume.shape, options);
  let next = 0;
  for (let z = from, at = grid.first; z < to; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0, place = start + (z - from) * sz + y * sy; x < nx; x++, at++, place += sx) {
        if (isActive(labels[at])) stoichiometry[place] = lithium[next++];
      }
    }
  }
  for (const moment of moments) {
    kept.profiles.push(depthProfile(grid, faces, { moment, time, lithium, potential, reaction }));
    kept.maps.push({ moment, time, voltage, stoichiometry });
  }
}

/** Areas of the interface per area of cross-section. */
function areasOf({ faces, corrected, factor }: InterfaceAreas, image: ElectrodeImage): ResolvedDischarge['area'] {
  const section = crossSection(image);
  return { faces: faces / section, corrected: corrected / section, factor };
}

/** Discharges an electrode from an image at a constant current, or charges it, until a limit of its cell.
 *  @param volume an image with its voxel size: labels of electrolyte, active material, and carbon if there is any;
 *  everything else is void
 *  @param cell a half-cell, of which materials, separator, foil and limits are taken; the electrode's composition is
 *  that of the image. With a binary electrolyte the label of electrolyte is that of pores which it fills, and carbon is
 *  a porous additive, which carries ions, too
 *  @param checkpointing where the run leaves its state, and what it goes on from
 *  @throws SpecError where phases do not meet or do not reach their contact, or the separator alone forbids the rate;
 *  CapacityError; CancelledError after the last checkpoint was stored */
export async function discharge3d(
  session: Session, volume: LabelVolume, cell: Cell, options: Partial<Discharge3dOptions>, run: RunOptions = {},
  checkpointing: Checkpointing | null = null,
): Promise<ResolvedDischarge> {
  checkOperation(WHERE, session, run, {
    volume: [volume, has<LabelVolume>('labels', 'shape')], cell: [cell, has<Cell>('regions')],
    options: [options, OPTION_NAMES],
  });
  const chosen: Discharge3dOptions = { ...DISCHARGE_3D_DEFAULTS, ...options };
  const liquid = layoutOf(cell).positive.electrolyte.electrolyte.kind === 'binary';
  checkOptions(chosen, liquid);
  if (liquid) {
    const { electrolyte: pore, carbon: additive, ...same } = chosen;
    return liquidDischarge(session, volume, cell, { ...same, pore, additive }, run, checkpointing);
  }
  const image = electrodeImage(WHERE, volume, chosen);
  const ofCell = electrodeMaterials(cell, chosen.carbonConductivity);
  const materials = { ...ofCell, stoichiometry: chosen.stoichiometry ?? ofCell.stoichiometry };
  const active = volume.labels.reduce((sum, label) => (label === chosen.active ? sum + 1 : sum), 0);
  const held = imageCapacity(image, materials, active);
  const { rate, scale, settings } = runSettings(cell, chosen, held, materials.potential);
  refuseSeparator(image, materials, settings.current, rate);
  const { stoichiometry: charged, window: [, discharged] } = materials;
  const voxels = voxelCount(image.shape);
  const { reporting, onStep } = reportedRun(WHERE, rate, voxels, run);
  const potentialOptions: PotentialOptions = { ...POTENTIAL_DEFAULTS, area: chosen.area };
  const plan = potentialsPlan(image.shape, session.threads, potentialOptions);
  return session.run(WHERE, plan, voxels, reporting, async (frame) => {
    const potentials = await preparePotentials(WHERE, frame, image, materials, potentialOptions);
    // Turns need not agree better than steps are right.
    const { stoichiometry: agreement, voltage } = chosen.tolerances;
    const electrode = await prepareElectrode(
      frame, image, materials, potentials, { ...STEPPER_DEFAULTS, agreement, volts: voltage / 3 },
    );
    const { stepper } = electrode;
    const scene = await sceneOf(frame, volume, image, chosen, electrode);
    refuseApart(scene);
    const found = await runAtCurrent({
      stepper, settings, scale, moments: chosen.moments, rate, charged, discharged, held,
      look: (moments, time, voltage, kept) => look(scene, moments, time, voltage, kept),
      onStep,
    }, checkpointing);
    return {
      ...found,
      depthUm: Array.from({ length: image.to - image.from }, (_, k) => 1e6 * image.edges[0] * (k + 0.5)),
      active: activeShares(potentials.labels, image.shape, isActive, scene.faces.active),
      area: areasOf(potentials.areas, image),
    };
  });
}
