// In what a number of a model is given: pages, tables and studies name it alike.
import { checkArguments } from '../core/arguments.js';
import type { Parameter } from './model.js';
import type { Setting } from './settings.js';

/** Unit of a number of a model: its own, or what its power of the voxel edge says ("voxel", "voxel⁻¹"); "1": none.
 *  @throws SpecError when it is no object */
export function unitOfSetting(setting: Setting & Pick<Parameter, 'edgePower'>): string {
  checkArguments('unitOfSetting', { setting: [setting, 'record'] });
  const { unit, edgePower = 0 } = setting;
  return unit ?? (edgePower === 0 ? '1' : edgePower > 0 ? 'voxel⁻¹' : 'voxel');
}
