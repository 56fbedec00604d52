// The names under which kernels take the voxels along z, y and x.
import type { Shape } from '../core/grid.js';

export function extents([nz, ny, nx]: Shape): { nz: number; ny: number; nx: number } {
  return { nz, ny, nx };
}
