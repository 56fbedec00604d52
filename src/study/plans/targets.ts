// Plans over targets: volume fractions and areas of the phases, for which the parameters of the model are solved.
import type { Checker, Path } from '../../core/check.js';
import { SpecError } from '../../core/errors.js';
import { FROM_DESCRIPTORS_DEFAULTS } from '../../structure/from-descriptors.js';
import type { Phase } from '../../core/volume.js';
import { CALIBRATED_MODELS, type AnyModel } from '../../structure/models.js';
import type { Parameters } from '../plan.js';
import { modelOf, type StudySource, type Variables } from '../source.js';
import { isBounds, type Axes, type Axis, type Place } from './axes.js';

/** How a column of a target is called. */
export const targetColumn = (name: string): string => `target${name[0].toUpperCase()}${name.slice(1)}`;

/** What may be varied beside targets, or given with the structure. */
const BESIDE = {
  gaussRatio: { meaning: 'α of the Gaussian part over α of the χ² part', range: { above: 0, max: 100 } },
  anisotropyFactor: { meaning: 'a: lengths along z over lengths across', range: { min: 0.1, max: 10 } },
} as const;

const HELD = { unit: '1', needed: false, of: 'parameter' } as const;

/** Phases whose fraction and area decide the parameters of a model. */
function targetPhases(model: AnyModel, { structure }: StudySource): Phase[] {
  return model.phases(structure!.settings).slice(0, -1).map(({ label }) => label);
}

/** Names of the targets of a source, or why it has none. */
export function targetNames(source: StudySource): readonly string[] | string {
  const model = modelOf(source);
  if (model === null || model.calibration === null) {
    const names = CALIBRATED_MODELS.map(({ name }) => name).join(', ');
    return `targets need a model whose parameters follow from descriptors (${names}), this is ` +
      `${model === null ? 'an image' : model.name}; vary its parameters instead`;
  }
  return targetPhases(model, source).flatMap((label) => [`volumeFraction${label}`, `specificSurfaceArea${label}`]);
}

/** What a plan over targets may vary beside them. */
export function variablesBeside(source: StudySource): Variables {
  const n = typeof source.structure?.parameters.anisotropyFactor === 'number'
    ? source.structure.parameters.anisotropyFactor : FROM_DESCRIPTORS_DEFAULTS.anisotropyFactor;
  const mixed = Object.hasOwn(modelOf(source)?.parameters ?? {}, 'alphaGaussX');
  return {
    ...(mixed && { gaussRatio: { ...BESIDE.gaussRatio, base: FROM_DESCRIPTORS_DEFAULTS.gaussRatio, ...HELD } }),
    anisotropyFactor: { ...BESIDE.anisotropyFactor, base: n, ...HELD },
  };
}

/** Reads the section `targets`. @param read one axis, or a number that is held */
export function readTargets(
  check: Checker, value: unknown, path: Path, source: StudySource,
  read: (value: unknown, path: Path, fraction: boolean) => Axis,
): Axes {
  const names = targetNames(source);
  if (typeof names === 'string') {
    check.fail(path, names, true);
    return {};
  }
  for (const name of Object.keys(source.structure!.parameters)) {
    if (name === 'n' || name === 'anisotropyFactor') continue;
    check.fail(['structure', 'parameters', name], name === 'covariance'
      ? 'targets are solved for gaussian fields; leave covariance out'
      : `${name} follows from the targets; leave it out`, true);
  }
  const map = check.mapping(value ?? null, path, names) ?? {};
  const missing = names.filter((name) => map[name] === undefined);
  if (missing.length > 0) {
    check.fail(path, `targets need ${missing.join(', ')} too: the parameters follow from all of ${names.join(', ')}`);
    return {};
  }
  const axes = Object.fromEntries(names.map((name) =>
    [name, read(map[name], [...path, name], name.startsWith('volume'))]));
  const least = names.filter((name) => name.startsWith('volume'))
    .reduce((sum, name) => sum + leastOf(axes[name]), 0);
  if (least >= 1) {
    check.fail(path, `the volume fractions contradict each other: their least values are ${least} together, which ` +
      'leaves no room for pores; lower one');
  }
  return axes;
}

const leastOf = (axis: Axis): number => (isBounds(axis) ? axis.from : Math.min(...axis));

/** Parameters of the model with these descriptors, or why there are none. Areas per µm. */
export function solveTargets(
  source: StudySource, place: Place, voxelSizeUm: number, areas: 'continuum' | 'lattice',
): { readonly parameters: Parameters } | { readonly reason: string } {
  const model = modelOf(source)!;
  const { n } = source.structure!.parameters;
  const phases = targetPhases(model, source).map((label) => ({
    volumeFraction: place[`volumeFraction${label}`], specificSurfaceArea: place[`specificSurfaceArea${label}`],
  }));
  const fractions = phases.reduce((sum, { volumeFraction }) => sum + volumeFraction, 0);
  try {
    if (!(fractions < 1)) {
      throw new SpecError(`the volume fractions are ${fractions.toPrecision(4)} together: no room is left for pores`);
    }
    const { gaussRatio, anisotropyFactor } = place;
    const found = model.calibration!.fromDescriptors(phases, {
      ...(typeof n === 'number' && { n }), gaussRatio, anisotropyFactor, areas, voxelSizeUm,
    });
    // Transcendental functions differ between engines in the last bits, and rows are found by their parameters.
    return { parameters: rounded(found as Record<string, number>) };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return { reason: `the targets cannot be met: ${error.message.replace(/^calibrate from descriptors: /, '')}` };
  }
}

/** Ten digits. */
export const rounded = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, Number(value.toPrecision(10))]));
