// voxelith calibrate from the JSON of voxelith describe: fractions and areas solved exactly.
import { calibratedModel, calibrationOf, type ModelName, type Parameters } from '../calibration/model.js';
import { FileError, SpecError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import { readBytes } from '../io/files.node.js';
import { FROM_DESCRIPTORS_DEFAULTS, type DescriptorOptions } from '../structure/from-descriptors.js';

export interface DescriptorFlags {
  readonly model: ModelName;
  readonly phases?: readonly Phase[];
  readonly n: number;
  readonly fix?: Readonly<Record<string, number>>;
  readonly areas: NonNullable<DescriptorOptions['areas']>;
  readonly gaussRatio: number;
  readonly voxelSize?: VoxelSize;
}

/** @throws FileError */
async function readDescriptors(path: string): Promise<Record<string, unknown>> {
  const text = new TextDecoder().decode(await readBytes(path));
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'phases' in value) return value as Record<string, unknown>;
  } catch { /* said below */ }
  throw new FileError(
    `${path}: expected the JSON of "voxelith describe": {"phases": {"1": {"volumeFraction": …, ` +
      '"specificSurfaceArea": …}, …}, "voxelSizeUm": …}',
  );
}

/** @throws FileError, SpecError */
export async function fromDescriptors(
  path: string, flags: DescriptorFlags,
): Promise<{ parameters: Parameters; voxelSizeUm: number | null }> {
  const found = await readDescriptors(path);
  const phases = found.phases as Record<string, { volumeFraction?: number; specificSurfaceArea?: number }>;
  const labels = flags.phases ?? calibratedModel('calibrate', flags.model).phases().map(({ label }) => label);
  const need = (label: Phase, name: 'volumeFraction' | 'specificSurfaceArea'): number => {
    const value = phases[label]?.[name];
    if (typeof value !== 'number') {
      throw new SpecError(
        `${path}: phases.${label}.${name} is missing; it needs volumeFraction and specificSurfaceArea of label ` +
          `${labels.slice(0, -1).join(' and ')}`,
      );
    }
    return value;
  };
  const size = flags.voxelSize?.[2] ?? (typeof found.voxelSizeUm === 'number' ? found.voxelSizeUm : null);
  const { anisotropyFactor = FROM_DESCRIPTORS_DEFAULTS.anisotropyFactor } = flags.fix ?? {};
  const options = { areas: flags.areas, anisotropyFactor, voxelSizeUm: size, n: flags.n, gaussRatio: flags.gaussRatio };
  // The last phase is what the others leave.
  const known = labels.slice(0, -1).map((label) => ({
    volumeFraction: need(label, 'volumeFraction'), specificSurfaceArea: need(label, 'specificSurfaceArea'),
  }));
  const parameters = calibrationOf(flags.model).fromDescriptors(known, options);
  return { parameters, voxelSizeUm: size };
}
