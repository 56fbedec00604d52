// θ from a list of descriptors: volume fractions and areas, solved exactly, the way the surrogate sets were made.
//
// Fractions give λ_X and λ_Y, areas the scale of α_X and α_Y; how α is shared between the χ² and the Gaussian part is
// not in these numbers and has to be said (`gaussRatio`, 1 by default).
import { checkArguments, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { bisectDecreasing, bisectIncreasing } from '../numeric/bisect.js';
import { exp, log } from '../numeric/elementary.js';
import type { Chi2Parameters, ThreePhaseParameters } from './parameters.js';
import { chi2Quantities, mixedSurface, mixedSurvival } from './theory.js';
import { chi2LatticeSurface, threePhaseLatticeSurface } from './two-point.js';

/** Options of `threePhaseFromDescriptors` and `chi2FromDescriptors`: what the descriptors do not say of θ. */
export interface DescriptorOptions {
  /** Squared fields in each of X and Y. Default: 2. */
  readonly n?: number;
  /** α of the Gaussian part over α of the χ² part. */
  readonly gaussRatio?: number;
  /** a of the structure, < 1 where it is compressed along z. Default: 1. */
  readonly anisotropyFactor?: number;
  /** `continuum`: areas are of the isotropic material before it is scaled by a [A]; `lattice`: areas are what the
   *  13-direction estimator counts on this voxel, as `describe` gives them. */
  readonly areas?: 'continuum' | 'lattice';
  /** Voxel edge in µm when areas are per µm; null: areas are per voxel. */
  readonly voxelSizeUm?: number | null;
}

/** What is taken where nothing is said: two squared fields as coarse as the Gaussian one, an isotropic structure,
 *  areas of the continuum per voxel. */
export const FROM_DESCRIPTORS_DEFAULTS = {
  n: 2, gaussRatio: 1, anisotropyFactor: 1, areas: 'continuum', voxelSizeUm: null,
} as const;

/** ε of SE and AM and either S of both or the three interface areas. */
export interface ThreePhaseDescriptors {
  /** ε of SE and AM, shares of the window; the rest is pore. */
  readonly volumeFraction: { readonly se: number; readonly am: number };
  /** S of the whole boundary of SE and of AM, per µm, or per voxel where no voxel size is given. */
  readonly specificSurfaceArea?: { readonly se: number; readonly am: number };
  /** S of the three interfaces, in the same unit. */
  readonly interfaceAreas?: { readonly seAm: number; readonly sePore: number; readonly amPore: number };
}

/** @throws SpecError */
export function checkFraction(where: string, name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new SpecError(`${where}: ${name} must be a volume fraction above 0 and below 1, got ${value}`);
  }
}

/** @throws SpecError */
export function checkArea(where: string, name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new SpecError(`${where}: ${name} must be an area per volume above 0, got ${value}`);
  }
}

/** α at which an area that grows with α is `target`; halved in ln α. */
function solveScale(f: (alpha: number) => number, target: number): number {
  return exp(bisectIncreasing((u) => f(exp(u)), target, log(1e-5), log(4), 60));
}

function lambdaOf(n: number, share: number): number {
  return bisectDecreasing((lambda) => mixedSurvival(n, lambda), share, -50, 500);
}

function checkReach(where: string, name: string, alpha: number): void {
  if (alpha > 3.9) {
    throw new SpecError(
      `${where}: no ${name} up to 4 per voxel gives so much area; the structure is finer than the voxel: ` +
        'give a smaller voxelSizeUm, or areas per voxel',
    );
  }
}

const DESCRIPTOR_OPTION_NAMES: Names<DescriptorOptions> = {
  n: true, gaussRatio: true, anisotropyFactor: true, areas: true, voxelSizeUm: true,
};

/** Parameters that have exactly these volume fractions and areas.
 *  @throws SpecError on impossible numbers; on three interface areas that independent X and Y cannot have (more than 25
 *    % apart) */
export function threePhaseFromDescriptors(
  descriptors: ThreePhaseDescriptors, options: DescriptorOptions = {},
): ThreePhaseParameters {
  checkArguments('threePhaseFromDescriptors', {
    descriptors: [descriptors, has<ThreePhaseDescriptors>('volumeFraction')],
    options: [options, DESCRIPTOR_OPTION_NAMES],
  });
  const where = 'calibrate from descriptors';
  const { n, gaussRatio, anisotropyFactor, areas, voxelSizeUm } = { ...FROM_DESCRIPTORS_DEFAULTS, ...options };
  const { se, am } = descriptors.volumeFraction;
  checkFraction(where, 'ε of SE', se);
  checkFraction(where, 'ε of AM', am);
  if (!(se + am < 1)) throw new SpecError(`${where}: ε of SE and AM must leave room for pores, got ${se} + ${am}`);
  if ((descriptors.specificSurfaceArea === undefined) === (descriptors.interfaceAreas === undefined)) {
    throw new SpecError(`${where}: give either specificSurfaceArea of SE and AM or the three interfaceAreas`);
  }
  const edge = voxelSizeUm ?? 1;
  const i = descriptors.interfaceAreas;
  const total = descriptors.specificSurfaceArea ?? { se: i!.seAm + i!.sePore, am: i!.seAm + i!.amPore };
  const [sSe, sAm] = [total.se * edge, total.am * edge];
  checkArea(where, 'S of SE', sSe);
  checkArea(where, 'S of AM', sAm);
  const q = am / (1 - se);
  if (i !== undefined && Math.abs(i.seAm / (i.seAm + i.sePore) / q - 1) > 0.25) {
    throw new SpecError(
      `${where}: in this model SE touches AM in the share ε_AM/(1−ε_SE) = ${q.toPrecision(3)} of its surface, ` +
        `the areas say ${(i.seAm / (i.seAm + i.sePore)).toPrecision(3)}; the model does not suit this material`,
    );
  }
  if (!(sAm > sSe * q)) {
    throw new SpecError(
      `${where}: S of AM must exceed its share of S of SE, ${(sSe * q) / edge}, got ${sAm / edge}: ` +
        'the rest is the surface of AM to the pores',
    );
  }
  const [lambdaX, lambdaY] = [lambdaOf(n, se), lambdaOf(n, q)];
  const alphaX = sSe / mixedSurface(n, lambdaX, 1, gaussRatio);
  const alphaY = (sAm - sSe * q) / (1 - se) / mixedSurface(n, lambdaY, 1, gaussRatio);
  const parametersOf = (x: number, y: number): ThreePhaseParameters => ({
    alphaChiX: x, alphaChiY: y, alphaGaussX: gaussRatio * x, alphaGaussY: gaussRatio * y, lambdaX, lambdaY, n,
    anisotropyFactor,
  });
  let [x, y] = [alphaX, alphaY];
  if (areas === 'lattice') {
    x = solveScale((alpha) => threePhaseLatticeSurface(parametersOf(alpha, alphaY))[1], sSe);
    y = solveScale((alpha) => threePhaseLatticeSurface(parametersOf(x, alpha))[2], sAm);
  }
  checkReach(where, 'alpha of X', x * Math.max(1, gaussRatio));
  checkReach(where, 'alpha of Y', y * Math.max(1, gaussRatio));
  return parametersOf(x, y);
}

const CHI2_DESCRIPTOR_OPTION_NAMES: Names<Omit<DescriptorOptions, 'n' | 'gaussRatio'>> = {
  anisotropyFactor: true, areas: true, voxelSizeUm: true,
};

/** λ and α of the χ²₂ model with this ε and S of the solid. @throws SpecError on impossible numbers */
export function chi2FromDescriptors(
  descriptors: { readonly volumeFraction: number; readonly specificSurfaceArea: number },
  options: Omit<DescriptorOptions, 'n' | 'gaussRatio'> = {},
): Chi2Parameters {
  checkArguments('chi2FromDescriptors', {
    descriptors: [descriptors, 'record'], options: [options, CHI2_DESCRIPTOR_OPTION_NAMES],
  });
  const where = 'calibrate from descriptors';
  const { anisotropyFactor, areas, voxelSizeUm } = { ...FROM_DESCRIPTORS_DEFAULTS, ...options };
  checkFraction(where, 'ε of the solid', descriptors.volumeFraction);
  checkArea(where, 'S of the solid', descriptors.specificSurfaceArea);
  const surface = descriptors.specificSurfaceArea * (voxelSizeUm ?? 1);
  const lambda = -2 * log(descriptors.volumeFraction);
  const unit = chi2Quantities({ alpha: 1, lambda, anisotropyFactor }).specificSurfaceArea[2];
  const alpha = areas === 'continuum'
    ? surface / unit
    : solveScale((a) => chi2LatticeSurface({ alpha: a, lambda, anisotropyFactor })[2], surface);
  checkReach(where, 'alpha', alpha);
  return { alpha, lambda, anisotropyFactor };
}
