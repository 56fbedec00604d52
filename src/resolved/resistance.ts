// The area-specific resistance of an electrode on its voxels, by one linear solve of both phases at once: electrons in
// at the collector, ions out at the separator, and between them the interface as it conducts without current. Beside it
// stands what the homogenised electrode of the same image resists with (Newman-Tobias): how good homogenisation is.
import { LABEL_ACTIVE, LABEL_CARBON, LABEL_ELECTROLYTE } from '../../assembly/layout.js';
import type { Cell } from '../cell/cell.js';
import {
  depthSquared, porousElectrodeImpedance, porousElectrodeReaction,
} from '../cell/closed-forms/porous-electrode.js';
import { checkOperation, has, type Names } from '../core/arguments.js';
import { VoxelithError, SpecError } from '../core/errors.js';
import { voxelCount } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import { complex } from '../numeric/complex.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';
import { conduct } from '../transport/conduct.js';
import {
  crossSection, electrodeImage, electrodeMaterials, ELECTRODE_IMAGE_DEFAULTS, outerResistance, type ElectrodeImage,
  type ElectrodeImageOptions, type ElectrodeMaterials,
} from './electrode.js';
import type { InterfaceAreaOption } from './interface.js';
import { POTENTIAL_DEFAULTS, type PotentialOptions, type Potentials } from './potential.js';
import { potentialsPlan, preparePotentials } from './prepare.js';

/** Options of `areaSpecificResistance`: the electrode in its image, and at which state. */
export interface ResistanceOptions extends ElectrodeImageOptions {
  /** At which stoichiometry of all active material; null: that of the cell's start. */
  readonly stoichiometry: number | null;
  /** σ of carbon in S/m; needed where there is carbon. */
  readonly carbonConductivity: number | null;
  /** `corrected`: the interface has the area that 13 directions see; `faces`: that of the faces of voxels. */
  readonly area: InterfaceAreaOption;
  /** Whether to solve for M of both phases and compare with the homogenised electrode. */
  readonly homogenised: boolean;
}

/** Options of `areaSpecificResistance` that are not given. */
export const RESISTANCE_DEFAULTS: ResistanceOptions = {
  ...ELECTRODE_IMAGE_DEFAULTS, stoichiometry: null, carbonConductivity: null, area: 'corrected', homogenised: true,
};

/** Shares of the resistance by where power is lost, in Ω m²; together they are the resistance. */
export interface ResistanceShares {
  /** Ions in the separator. */
  readonly separator: number;
  /** Contacts of the collectors. */
  readonly contact: number;
  /** Reaction at the lithium foil. */
  readonly foil: number;
  /** Ions in the electrolyte of the electrode. */
  readonly electrolyte: number;
  /** Electrons in active material, carbon and collector. */
  readonly electrons: number;
  /** Charge transfer and film. */
  readonly interface: number;
}

/** The same image as a homogeneous porous electrode. */
export interface Homogenised {
  /** Between separator and collector in Ω m²; null where a phase does not percolate by itself. */
  readonly resistance: number | null;
  /** `electrode` of the image over it, less 1. */
  readonly difference: number | null;
  /** Shares of the window. */
  readonly volumeFractions: { readonly electrolyte: number; readonly active: number; readonly carbon: number };
  /** M of the electrolyte. */
  readonly mFactor: number;
  /** σ_eff of what carries electrons, S/m. */
  readonly electronicConductivity: number;
  /** ν: thickness over the depth of the reaction; null like the resistance. */
  readonly depthNumber: number | null;
  /** As `reaction` of the image; null like the resistance. */
  readonly reaction: readonly number[] | null;
}

/** Area-specific resistance of an electrode on its voxels, and where it arises. */
export interface ElectrodeResistance {
  /** Of all that the cell file has, in Ω m² of cross-section. */
  readonly resistance: number;
  /** Of the electrode between separator and collector, in Ω m² of cross-section. */
  readonly electrode: number;
  /** Parts of `resistance`. */
  readonly shares: ResistanceShares;
  /** Of all active material. */
  readonly stoichiometry: number;
  /** R_ct and film in Ω m² of interface. */
  readonly interfaceResistance: number;
  /** Thickness of the electrode in m. */
  readonly thickness: number;
  /** Of the interface per volume in 1/m: of the faces of voxels and as it was used, and the factor of all weights. */
  readonly area: { readonly faces: number; readonly corrected: number; readonly factor: number };
  /** Centres of the planes of voxels in µm from the separator. */
  readonly depthUm: readonly number[];
  /** Share of the current that reacts there, per length of the electrode: its mean is 1. */
  readonly reaction: readonly number[];
  /** The same image as a homogeneous electrode; null: not asked for. */
  readonly homogenised: Homogenised | null;
  /** Linear solves. */
  readonly solves: number;
  /** Of all of them. */
  readonly iterations: number;
  readonly converged: boolean;
  /** Wall time, s. */
  readonly seconds: number;
  /** Arena bytes at the peak. */
  readonly peakBytes: number;
  /** Of the session. */
  readonly threads: number;
}

const OPTION_NAMES: Names<ResistanceOptions> = {
  electrolyte: true, active: true, carbon: true, axis: true, separator: true, separatorPlanes: true,
  stoichiometry: true, carbonConductivity: true, area: true, homogenised: true,
};

/** Current that is solved for, in A/m²: what follows is proportional to it. */
const CURRENT = 1;

/** What the solve says of the faces. */
interface OfFaces {
  /** Σ wA·j per plane of the electrode, in A. */
  readonly reaction: Float64Array;
  /** Power lost to R_ct and film, and in the half voxels of both sides, in W. */
  readonly interface: number;
  readonly electrolyte: number;
  readonly electrons: number;
}

async function lookAtFaces(
  frame: Frame, { faces, reaction, law }: Potentials, { shape: [, ny, nx], from, to, edges }: ElectrodeImage,
  materials: ElectrodeMaterials, transfer: number,
): Promise<OfFaces> {
  const { count, classes } = faces;
  const active = await frame.read(faces.active, Uint32Array, count);
  const weight = await frame.read(faces.weight, Float32Array, count);
  const j = await frame.read(reaction.current, Float64Array, count);
  const planes = new Float64Array(to - from);
  let [atInterface, electrolyte, electrons] = [0, 0, 0];
  for (let kind = 0; kind < 6; kind++) {
    const axis = kind >> 1;
    for (let k = classes[kind]; k < classes[kind + 1]; k++) {
      const current = weight[k] * law.area[axis] * j[k];
      planes[Math.floor(active[k] / (ny * nx)) - from] += current;
      atInterface += current * j[k] * transfer;
      const half = current * j[k] * weight[k] * (edges[axis] / 2);
      electrolyte += half / materials.electrolyte;
      electrons += half / materials.active;
    }
  }
  return { reaction: planes, interface: atInterface, electrolyte, electrons };
}

/** Area-specific resistance of an electrode from its image and the materials of a cell.
 *  @param cell a half-cell with a solid electrolyte; of its electrode only the materials are used
 *  @throws SpecError for labels that do not occur, an image without a voxel size, phases that do not meet, active
 *          material or electrolyte that does not hang together with its contact; CapacityError, CancelledError */
export async function areaSpecificResistance(
  session: Session, volume: LabelVolume, cell: Cell, options: Partial<ResistanceOptions> = {}, run: RunOptions = {},
): Promise<ElectrodeResistance> {
  const where = 'areaSpecificResistance';
  checkOperation(where, session, run, {
    volume: [volume, 'record'], cell: [cell, has<Cell>('name', 'regions')], options: [options, OPTION_NAMES],
  });
  const chosen = { ...RESISTANCE_DEFAULTS, ...options };
  const begun = performance.now();
  if ((chosen.carbon === null) !== (chosen.carbonConductivity === null)) {
    throw new SpecError(`${where}: carbon needs both its label and its conductivity in S/m; give both or neither`);
  }
  const image = electrodeImage(where, volume, chosen);
  const materials = electrodeMaterials(cell, chosen.carbonConductivity);
  const stoichiometry = chosen.stoichiometry ?? materials.stoichiometry;
  if (!(stoichiometry > 0 && stoichiometry < 1)) {
    throw new SpecError(`${where}: stoichiometry must lie above 0 and below 1, got ${stoichiometry}`);
  }
  const needs: PotentialOptions = { ...POTENTIAL_DEFAULTS, area: chosen.area };
  const section = crossSection(image);
  const transfer = materials.film + 1 / (materials.thermal * materials.exchange.value(stoichiometry));
  const plan = potentialsPlan(image.shape, session.threads, needs);
  const solved = await session.run(where, plan, voxelCount(volume.shape), run, async (frame) => {
    const found = await preparePotentials(where, frame, image, materials, needs);
    const state = await found.linear(CURRENT, stoichiometry);
    return {
      state, areas: found.areas, lost: await found.losses(),
      faces: await lookAtFaces(frame, found, image, materials, transfer), peakBytes: frame.peakBytes,
    };
  });
  const { state, areas, lost, faces } = solved;
  if (!state.converged) {
    throw new VoxelithError(`${where}: the potentials were not found in ${state.iterations} iterations`);
  }
  const thickness = (image.to - image.from) * image.edges[0];
  const planes = (image.from * image.edges[0]) / materials.electrolyte;
  const inImage = -state.voltage / CURRENT;
  const { contact } = materials;
  const separator = outerResistance(materials, image) - contact;
  const foil = materials.foil === null ? 0 : 1 / (materials.thermal * materials.foil);
  const perPower = 1 / (section * CURRENT ** 2);
  const reaction = Array.from(faces.reaction, (value) =>
    (-value / (CURRENT * section)) * (thickness / image.edges[0]));
  const electrode = inImage - planes;
  const perVolume = (area: number): number => area / (section * thickness);
  const homogenised = chosen.homogenised
    ? await homogenise(session, volume, image, materials, chosen, {
      area: perVolume(areas.corrected), thickness, transfer, electrode,
    }, run) : null;
  return {
    resistance: inImage + separator + contact + foil,
    electrode,
    shares: {
      separator: separator + lost.separator * perPower, contact, foil,
      electrolyte: (lost.electrolyte + faces.electrolyte) * perPower,
      electrons: (lost.electrons + faces.electrons) * perPower,
      interface: faces.interface * perPower,
    },
    stoichiometry, interfaceResistance: transfer, thickness,
    area: { faces: perVolume(areas.faces), corrected: perVolume(areas.corrected), factor: areas.factor },
    depthUm: reaction.map((_, k) => 1e6 * (k + 0.5) * image.edges[0]),
    reaction, homogenised, solves: state.newton, iterations: state.iterations, converged: state.converged,
    seconds: (performance.now() - begun) / 1000, peakBytes: solved.peakBytes, threads: session.threads,
  };
}

/** The same image as a porous electrode: ε, M of both rails and the area, and what they make. */
async function homogenise(
  session: Session, volume: LabelVolume, { labels, shape: [, ny, nx], from, to }: ElectrodeImage,
  materials: ElectrodeMaterials, { electrolyte, active, carbon, axis }: ResistanceOptions,
  { area, thickness, transfer, electrode }: {
    readonly area: number; readonly thickness: number; readonly transfer: number; readonly electrode: number;
  },
  run: RunOptions,
): Promise<Homogenised> {
  const inside = labels.subarray(from * ny * nx, to * ny * nx);
  const share = (label: number): number =>
    inside.reduce((sum, each) => (each === label ? sum + 1 : sum), 0) / inside.length;
  const ions = await conduct(session, volume, { phase: electrolyte, axis }, run);
  const electrons = await conduct(session, volume, {
    conductivity: {
      [active]: materials.active, ...(carbon === null ? {} : { [carbon]: materials.carbon ?? 0 }),
    }, axis,
  }, run);
  const mFactor = ions.mFactor ?? 0;
  const volumeFractions = {
    electrolyte: share(LABEL_ELECTROLYTE), active: share(LABEL_ACTIVE), carbon: share(LABEL_CARBON),
  };
  const known = { volumeFractions, mFactor, electronicConductivity: electrons.effectiveConductivity };
  const rails = {
    thickness, ionic: materials.electrolyte * mFactor, electronic: electrons.effectiveConductivity, area,
  };
  if (!(rails.ionic > 0 && rails.electronic > 0)) {
    return { ...known, resistance: null, difference: null, depthNumber: null, reaction: null };
  }
  const admittance = complex(1 / transfer);
  const resistance = porousElectrodeImpedance(rails, admittance).re;
  const planes = to - from;
  return {
    ...known, resistance, difference: electrode / resistance - 1,
    depthNumber: Math.sqrt(depthSquared(rails, admittance).re),
    reaction: Array.from(
      { length: planes }, (_, k) => porousElectrodeReaction(rails, 1 / transfer, (k + 0.5) / planes),
    ),
  };
}
