// Random packings of particles of active material and electrolyte: sizes, shares, void and overlaps by choice
// (decision 0207).
import { SpecError } from '../../core/errors.js';
import { voxelCount } from '../../core/grid.js';
import { AM, PORE, SE, type Phase } from '../../core/volume.js';
import type { RunOptions } from '../../runtime/session.js';
import { ballPainter, BAND, emptyDepth } from '../balls.js';
import { checkEdges, edgesOf, keyOf } from '../excursion.js';
import type { ModelStructure, StructureModel } from '../model.js';
import { packingContacts } from '../packing/contacts.js';
import { packSpheres } from '../packing/pack.js';
import { PACKING_PARAMETERS } from '../packing/parameters.js';
import type { Particles } from '../packing/particles.js';
import { packPolyhedra, type Voids } from '../packing/polyhedra.js';
import { boxOf, checkPacking, classesOf, complete, type PackingSettings } from '../packing/recipe.js';
import { RANDOM_SETTINGS } from '../parameters.js';
import { choice, edges as edgesSetting } from '../settings.js';

/** Random packing of active material and electrolyte by sizes, shares, void and overlaps. */
export interface PackingSpec extends PackingSettings {
  readonly model: 'packing';
  /** Form of the electrolyte: spheres, or convex polyhedra that fill the room between the others. */
  readonly electrolyte?: 'spheres' | 'polyhedra';
  /** The void among polyhedra: some of them are left out, or gaps part them all. */
  readonly voids?: Voids;
}

/** Voxel edge in µm where none is given. */
const VOXEL_SIZE_UM = 0.2;

function fractionsByLabel(spec: PackingSettings): Record<Phase, number> {
  const fractions: Record<Phase, number> = {};
  for (const { label, fraction } of classesOf(spec)) fractions[label] = (fractions[label] ?? 0) + fraction;
  return { ...fractions, [PORE]: complete(spec.parameters).voidFraction };
}

/** Depths in the balls of a label, as the labels have them. */
function depthOf({ size }: Required<PackingSpec>, particles: Particles, label: Phase): Float32Array {
  const depth = emptyDepth(voxelCount(size));
  const { periodic, stretch, centres, radii } = particles;
  const paint = ballPainter({ shape: size, labels: new Uint8Array(depth.length), label, depth, stretch, periodic });
  radii.forEach((radius, k) => {
    if (particles.labels[k] === label) paint(centres[3 * k], centres[3 * k + 1], centres[3 * k + 2], radius);
  });
  return depth;
}

async function draw(spec: Required<PackingSpec>, run: RunOptions): Promise<ModelStructure> {
  const classes = classesOf(spec);
  const { size, parameters, shares, edges, electrolyte, voids } = spec;
  const box = boxOf(spec, Math.max(...classes.map(({ sizes }) => sizes.most)));
  const { particles, labels, scales, iterations } = electrolyte === 'spheres'
    ? await packSpheres(spec, classes, box, run) : await packPolyhedra(spec, classes, voids, box, run);
  const counts: Record<string, number> = {};
  for (const label of particles.labels) counts[label] = (counts[label] ?? 0) + 1;
  return {
    labels, shape: size, voxelSizeUm: edgesOf(spec), particles,
    provenance: {
      model: 'packing', parameters: { ...parameters }, ...keyOf(spec), size: [...size], edges, shares, electrolyte,
      ...(electrolyte === 'polyhedra' && { voids }),
      particles: counts, radiusScales: scales, iterations, contacts: packingContacts({ particles, shape: size }),
    },
    ...(spec.levelSets && { levelSets: { x: depthOf(spec, particles, AM), y: depthOf(spec, particles, SE) } }),
  };
}

const NAMES: Readonly<Record<Phase, readonly [name: string, symbol: string, brightness: number]>> =
  { [AM]: ['active material', 'AM', 3], [SE]: ['solid electrolyte', 'SE', 2] };

export const packing: StructureModel<PackingSpec> = {
  name: 'packing',
  title: 'random packing of particles',
  settings: {
    ...RANDOM_SETTINGS,
    voxelSizeUm: edgesSetting({
      meaning: 'edge of a voxel in µm; null: diameters are in voxels', fallback: VOXEL_SIZE_UM,
    }),
    edges: choice(['periodic', 'cropped'], {
      meaning: 'a window that repeats itself, or one of a larger packing', fallback: 'periodic',
    }),
    electrolyte: choice(['spheres', 'polyhedra'], {
      meaning: 'form of SE: spheres, or polyhedra that fill the room between the others', fallback: 'spheres',
    }),
    voids: choice(['cells', 'gaps'], {
      meaning: 'void among polyhedra: some of them left out, or gaps between them', fallback: 'cells',
    }),
    shares: choice(['volume', 'mass'], { meaning: 'what activeShare and further shares are of', fallback: 'volume' }),
  },
  parameters: PACKING_PARAMETERS,
  sets: [],
  phases: ({ parameters = {} } = {}) => {
    const further = [...new Set((parameters.further ?? []).map(({ label }) => label))];
    const labels = [...new Set([AM, SE, ...further])];
    return [
      ...labels.map((label) => {
        const [name, symbol, brightness] = NAMES[label] ?? [`particles ${label}`, `particles ${label}`, 1];
        return { label, name, symbol, brightness };
      }),
      { label: PORE, name: 'pore', symbol: 'pore', brightness: 0 },
    ];
  },
  check(where, spec) {
    checkEdges(where, spec);
    checkPacking(where, spec);
    if (spec.levelSets && (complete(spec.parameters).further !== null || spec.electrolyte === 'polyhedra')) {
      throw new SpecError(`${where}: levelSets are there for two classes of spheres; leave levelSets out`);
    }
    if (spec.electrolyte === 'polyhedra' && complete(spec.parameters).further?.some(({ label }) => label === SE)) {
      throw new SpecError(`${where}: further classes of label ${SE} are spheres, but electrolyte is polyhedra; ` +
        'give them another label');
    }
  },
  lengthsUm: true,
  levelSetReach: BAND,
  expected: { volumeFraction: fractionsByLabel },
  plan: () => ({ leases: [] }),
  planned: [],
  draw: (_session, spec, run) => draw(spec, run),
  calibration: null,
};
