// Discharge or charge of an electrode that a liquid fills, on the voxels of its image: electrons in active material and
// additive, ions and salt in pores and additive, lithium in active material.
import type { Cell } from '../../cell/cell.js';
import { FARADAY } from '../../cell/constants.js';
import { SpecError } from '../../core/errors.js';
import { axisOrder, turnedShape, turnedStrides, voxelCount, type Axis, type Face } from '../../core/grid.js';
import { labelsText } from '../../core/text.js';
import { checkPhase, checkVolume, phasesOf, type LabelVolume, type Phase } from '../../core/volume.js';
import {
  countInterface, interfaceCountPlan, interfaceFacesPlan, type InterfaceAreas, type InterfaceFaces,
} from '../../kernels/interface-faces.js';
import type { Frame, RunOptions, Session } from '../../runtime/session.js';
import { directionsPlan, electrodeInterface, type InterfaceAreaOption } from '../interface.js';
import type { Checkpointing } from '../checkpoint.js';
import { MARCH_TOLERANCES, type MarchTolerances } from '../march.js';
import type { Moment } from '../moments.js';
import { depthProfile, type ProfiledFaces, type ProfiledGrid } from '../profiles.js';
import type { ResolvedDischarge } from '../result.js';
import { reportedRun, runAtCurrent, type Kept } from '../run.js';
import { runSettings } from '../settings.js';
import { liquidMaterials, type LiquidMaterials } from './materials.js';
import { separatorMesh } from './separator.js';
import { liquidPlan, liquidTables, prepareLiquid, type LiquidSetup, type LiquidStepper } from './stepper.js';
import { carriesElectrons, carriesIons, CLASS, liquidWindow, type LiquidImage } from './window.js';

export interface LiquidDischargeOptions {
  /** Labels of pores and active material, and of the porous additive, or null. */
  readonly pore: Phase;
  readonly active: Phase;
  readonly additive: Phase | null;
  /** From separator to collector, or back: the face of the image at which the separator lies. */
  readonly axis: Axis;
  readonly separator: Face;
  /** C-rate: over the current that takes the image's active material from its start to the end of its window in an
   *  hour, or `nominalCapacity`, in C/m², instead of it; null: `current` says it. */
  readonly rate: number | null;
  /** In A/m² of cross-section, above 0 in discharge; null: `rate` says it. */
  readonly current: number | null;
  readonly nominalCapacity: number | null;
  /** Stoichiometry at the start; null: that of the cell. */
  readonly stoichiometry: number | null;
  /** Area of the interface: `corrected` for the stairs of voxels, or that of their `faces`. */
  readonly area: InterfaceAreaOption;
  /** s, after which the run ends; null: at a limit. */
  readonly duration: number | null;
  /** Moments at which maps and profiles are kept. */
  readonly moments: readonly Moment[];
  /** Errors of a step. */
  readonly tolerances: MarchTolerances;
}

export const LIQUID_DISCHARGE_DEFAULTS: LiquidDischargeOptions = {
  pore: 0, active: 2, additive: null, axis: 'z', separator: 'low', rate: null, current: null, nominalCapacity: null,
  stoichiometry: null, area: 'corrected', duration: null, moments: [{ kind: 'end' }], tolerances: MARCH_TOLERANCES,
};

const WHERE = 'discharge3d';
/** How near the sweeps of a step must come, over its tolerance. */
const AGREEMENT = 1 / 30;

/** The image with its transport axis first, and where its voxels lie in the volume. */
function turned(volume: LabelVolume, { pore, active, additive, axis, separator }: LiquidDischargeOptions): {
  readonly image: LiquidImage; readonly edges: readonly [number, number, number];
  readonly place: (z: number, y: number, x: number) => number;
} {
  checkVolume(WHERE, volume);
  const { voxelSizeUm, labels } = volume;
  if (voxelSizeUm === null) {
    throw new SpecError(`${WHERE}: the image has no voxel size, which currents need; give one`);
  }
  const names = [['pores', pore], ['active material', active], ['additive', additive]] as const;
  for (const [name, label] of names) {
    if (label === null) continue;
    if (names.some(([other, same]) => other !== name && same === label)) {
      throw new SpecError(`${WHERE}: ${name} has label ${label}, which another phase has, too; give each its own`);
    }
    try {
      checkPhase(WHERE, volume, label);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      throw new SpecError(
        `${WHERE}: the label of ${name}, ${label}, does not occur in the image, which has ` +
          `${labelsText(phasesOf(volume))}; say which labels are pores, active material and additive`,
      );
    }
  }
  const shape = turnedShape(volume.shape, axis);
  const [nz, ny, nx] = shape;
  const [sz, sy, sx] = turnedStrides(volume.shape, axis);
  const place = (z: number, y: number, x: number): number =>
    (separator === 'low' ? z : nz - 1 - z) * sz + y * sy + x * sx;
  const own = new Uint8Array(labels.length);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) own[i++] = labels[place(z, y, x)];
  }
  const order = axisOrder(axis);
  const edge = (k: number): number => 1e-6 * voxelSizeUm[order[k]];
  return { image: { labels: own, shape, pore, active, additive }, edges: [edge(0), edge(1), edge(2)], place };
}

/** The faces at which lithium passes, with the share of those at the additive that reacts. */
async function reactingFaces(
  frame: Frame, { window, edges, materials }: LiquidSetup, area: InterfaceAreaOption,
): Promise<{ faces: InterfaceFaces; areas: InterfaceAreas }> {
  const { shape, classes, first } = window;
  const share = materials.additive?.reactingShare ?? 0;
  const image = {
    labels: classes, shape, from: first, to: shape[0] - 1, active: [CLASS.active],
    electrolyte: [CLASS.pore, CLASS.separator, ...(share > 0 ? [CLASS.additive] : [])],
  };
  await frame.extend(interfaceCountPlan(shape));
  const counted = await countInterface(frame, image);
  const { leases, then } = interfaceFacesPlan(shape, counted.count);
  await frame.extend({ leases, then: [...then, directionsPlan(shape, frame.threads, image.electrolyte.length)] });
  const listed = await electrodeInterface(frame, image, counted, edges, area, frame.take(leases));
  const { faces } = listed;
  if (share < 1) {
    const sides = await frame.read(faces.electrolyte, Uint32Array, faces.count);
    const weights = await frame.read(faces.weight, Float32Array, faces.count);
    sides.forEach((voxel, k) => { if (classes[voxel] === CLASS.additive) weights[k] *= share; });
    await frame.write(faces.weight, weights);
  }
  return listed;
}

/** Charge that active material takes from its start to the end of its window, in C/m² of cross-section. */
function capacityOf(voxels: number, { window: { shape }, edges, materials: { active } }: LiquidSetup): number {
  const held = active.window[1] - active.stoichiometry;
  return (FARADAY * active.maximumConcentration * held * voxels * edges[0]) / (shape[1] * shape[2]);
}

/** Refuses currents for which the salt of the separator alone does not suffice: at a steady state it would be used up
 *  at the electrode. */
function refuseSeparator({ electrolyte, separators }: LiquidMaterials, current: number): void {
  const c = electrolyte.concentration;
  const slope = (1 - electrolyte.transferenceNumber.value(c)) / (FARADAY * electrolyte.diffusivity.value(c));
  const length = separators.reduce((sum, { thickness, mFactor }) => sum + thickness / mFactor, 0);
  const fall = Math.abs(current) * slope * length;
  // Salt is kept: what one end has less, the other has more.
  if (fall < 2 * c) return;
  throw new SpecError(
    `${WHERE}: at ${current.toPrecision(4)} A/m² the salt of the separator alone would be used up (its ends would ` +
      `differ by ${fall.toPrecision(3)} of ${c.toPrecision(3)} mol/m³); lower the rate or take a thinner separator`,
  );
}

/** Discharges an electrode with liquid electrolyte from an image at a constant current, or charges it, until a limit of
 *  its cell.
 *  @param volume an image with its voxel size
 *  @param cell a half-cell with a binary electrolyte, of which materials, separator, foil and limits are taken; the
 *    electrode's composition is that of the image
 *  @throws SpecError where phases do not meet or do not reach their contact; CapacityError; CancelledError */
export async function liquidDischarge(
  session: Session, volume: LabelVolume, cell: Cell, options: Partial<LiquidDischargeOptions>, run: RunOptions = {},
  checkpointing: Checkpointing | null = null,
): Promise<ResolvedDischarge> {
  const chosen = { ...LIQUID_DISCHARGE_DEFAULTS, ...options };
  const materials = liquidMaterials(cell, chosen.stoichiometry);
  if (chosen.additive !== null && materials.additive === null) {
    throw new SpecError(
      `${WHERE}: label ${chosen.additive} is the additive, of which the cell file says nothing; give the porous ` +
        'electrode an entry additive with conductivity, porosity and mFactor',
    );
  }
  const { image, edges, place } = turned(volume, chosen);
  const mesh = separatorMesh(materials.separators, edges[0]);
  const window = liquidWindow(image, mesh.planes);
  const setup: LiquidSetup = {
    window, mesh, edges, materials, tables: liquidTables(materials),
    agreement: AGREEMENT * chosen.tolerances.stoichiometry,
  };
  const held = capacityOf(window.active.voxels, setup);
  const { rate, scale, settings } = runSettings(cell, chosen, held, materials.active.potential);
  refuseSeparator(materials, settings.current);
  const { stoichiometry: charged, window: [, discharged] } = materials.active;
  const voxels = voxelCount(window.shape);
  const { reporting, onStep } = reportedRun(WHERE, rate, voxels, run);
  return session.run(WHERE, liquidPlan(setup, 0, session.threads), voxels, reporting, async (frame) => {
    const { faces, areas } = await reactingFaces(frame, setup, chosen.area);
    const plane = window.shape[1] * window.shape[2];
    const marks = window.marks.subarray(window.first * plane, voxels - plane);
    await frame.extend(liquidPlan(setup, faces.count, session.threads));
    const stepper = await prepareLiquid(frame, setup, faces, marks);
    const list = {
      active: await frame.read(faces.active, Uint32Array, faces.count),
      weight: await frame.read(faces.weight, Float32Array, faces.count), classes: faces.classes,
    };
    const salt: (readonly [number, number])[] = [];
    const found = await runAtCurrent({
      stepper, settings, scale, moments: chosen.moments, rate, charged, discharged, held,
      look: (moments, time, voltage, kept) => lookAt(stepper, setup, list, place, moments, time, voltage, kept),
      onStep(...step) {
        onStep(...step);
        salt.push(stepper.salt());
      },
    }, checkpointing);
    const section = plane * edges[1] * edges[2];
    const { voxels: count, touching, wired, dead } = window.active;
    return {
      ...found,
      depthUm: Array.from({ length: image.shape[0] }, (_, k) => 1e6 * edges[0] * (k + 0.5)),
      active: { voxels: count, touching: touching / count, wired: wired / count, dead: dead / count },
      area: { faces: areas.faces / section, corrected: areas.corrected / section, factor: areas.factor },
      salt, idle: window.idle,
    };
  });
}

/** What the accepted state looks like at moments: one profile and one map for each. */
async function lookAt(
  stepper: LiquidStepper, { window, edges }: LiquidSetup,
  faces: ProfiledFaces, place: (z: number, y: number, x: number) => number, moments: readonly Moment[], time: number,
  voltage: number, kept: Kept,
): Promise<void> {
  if (moments.length === 0) return;
  const { lithium, potential, reaction } = await stepper.save();
  const { shape: [nz, ny, nx], first, classes, marks } = window;
  const grid: ProfiledGrid = {
    planes: nz - first - 1, perPlane: ny * nx, first: first * ny * nx, edges,
    isActive: (voxel) => marks[voxel] === 1,
    carries: (voxel) =>
      carriesElectrons(classes[voxel]) ? 'electrons' : carriesIons(classes[voxel]) ? 'ions' : 'nothing',
  };
  const stoichiometry = new Float32Array(grid.planes * grid.perPlane).fill(NaN);
  let next = 0;
  for (let z = 0, at = grid.first; z < grid.planes; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, at++) if (grid.isActive(at)) stoichiometry[place(z, y, x)] = lithium[next++];
    }
  }
  for (const moment of moments) {
    kept.profiles.push(depthProfile(grid, faces, { moment, time, lithium, potential, reaction }));
    kept.maps.push({ moment, time, voltage, stoichiometry });
  }
}
