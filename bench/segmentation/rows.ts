// A row of docs/segmentation.csv: one class of one image under one method.
export interface Row {
  readonly group: string;
  readonly structure: string;
  readonly seed: number;
  readonly levels: string;
  readonly blur: number;
  readonly noise: number;
  readonly drift: number;
  readonly method: string;
  readonly class: string;
  /** Median diameter of the class, voxels. */
  readonly size: number;
  /** Share of all voxels with their true class. */
  readonly right: number;
  readonly volumeFraction: number;
  readonly specificSurfaceArea: number;
  readonly mFactor: number;
  readonly foundVolumeFraction: number;
  readonly foundSpecificSurfaceArea: number;
  readonly foundMFactor: number;
  /** auto: the blur that it found, else NaN. */
  readonly foundBlur: number;
  /** auto: share of the class that it expects to be wrong, and contrast. */
  readonly doubt: number;
  readonly contrast: number;
  readonly seconds: number;
  /** 1: the method printed a warning. */
  readonly warned: number;
}

export const COLUMNS = [
  'group', 'structure', 'seed', 'levels', 'blur', 'noise', 'drift', 'method', 'class', 'size', 'right',
  'volumeFraction', 'specificSurfaceArea', 'mFactor', 'foundVolumeFraction', 'foundSpecificSurfaceArea',
  'foundMFactor', 'foundBlur', 'doubt', 'contrast', 'seconds',
  'warned',
] as const satisfies readonly (keyof Row)[];
