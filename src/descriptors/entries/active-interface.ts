import { AM, SE } from '../../core/volume.js';
import { activeInterface, activeInterfacePlan } from '../connectivity.js';
import type { ActiveInterfaceDescription, ByAxis, RowEntry } from '../description.js';
import { refusesWithoutCathode, type Descriptor, type Mutable } from '../descriptor.js';
import { along } from '../quantity.js';

export const activeInterfaceDescriptor: Descriptor = {
  name: 'activeInterface',
  axial: true,
  title: 'interface of AM (2) connected to the collector with SE (1) connected to the separator',
  source: 'Cauchy-Crofton in 13 directions between connected voxels',
  refuses: refusesWithoutCathode,
  plan: activeInterfacePlan,
  async fill({ session, volume, request: { axes, from }, result }, run) {
    const roles = { electronic: AM, ionic: SE, collector: from === 'low' ? 'high' : 'low' } as const;
    const found: Mutable<ByAxis<ActiveInterfaceDescription>> = {};
    for (const axis of axes) {
      found[axis] = { ...roles, ...(await activeInterface(session, volume, { ...roles, axis }, run)) };
    }
    result.activeInterface = found;
  },
  quantities: [],
  row: (d) =>
    Object.entries(d.activeInterface ?? {}).flatMap(([axis, { activeArea, activeFraction }]): RowEntry[] => [
      { name: `activeInterfaceArea${along(axis)}`, unit: 'perLength', value: activeArea },
      { name: `activeInterfaceFraction${along(axis)}`, unit: 'none', value: activeFraction },
    ]),
};
