// Neumann et al. 2023, Int. J. Solids Struct. 280:112394 [B], Table 1: λ and α per µm; voxels of 10 nm.
import type { Chi2Set } from '../models/chi2.js';

const VOXEL_SIZE_UM = 0.01;

/** @param alphaPerUm as printed */
export function chi2Set(name: string, title: string, lambda: number, alphaPerUm: number): Chi2Set {
  return {
    name,
    title,
    surrogate: false,
    source: 'Neumann et al. 2023, Int. J. Solids Struct. 280:112394, Table 1; covariance read as exp(−α²h²)',
    voxelSizeUm: VOXEL_SIZE_UM,
    model: 'chi2',
    parameters: { alpha: alphaPerUm * VOXEL_SIZE_UM, lambda, anisotropyFactor: 1 },
  };
}
