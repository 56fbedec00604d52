// Ways of filling a room, by name.
import { bridge } from './methods/bridge.js';
import { energy } from './methods/energy.js';
import { field } from './methods/field.js';
import { random } from './methods/random.js';
import { wetting } from './methods/wetting.js';

/** Ways of ordering the voxels of a room, by name: each with its settings and what it stands for. */
export const INSERT_METHODS = { wetting, bridge, energy, field, random } as const;
/** Names of the ways of ordering the voxels of a room. */
export type InsertMethodName = keyof typeof INSERT_METHODS;
