// Small windows of pores, active material and additive for tests of electrodes with liquid electrolyte, and the faces
// between active material and electrolyte as a brute-force list.
import type { Shape } from '../../../src/core/grid.js';
import type { InterfaceFaces } from '../../../src/kernels/interface-faces.js';
import type { Frame } from '../../../src/runtime/session.js';

export const [PORE, ACTIVE, ADDITIVE] = [0, 2, 4];

export interface FaceArrays {
  readonly active: Uint32Array;
  readonly electrolyte: Uint32Array;
  readonly weight: Float32Array;
  readonly classes: InterfaceFaces['classes'];
}

/** Faces between active material and what is electrolyte, in the order of classes; weights of 1. */
export function facesOf(labels: Uint8Array, shape: Shape, electrolytes: readonly number[]): FaceArrays {
  const strides = [shape[1] * shape[2], shape[2], 1];
  const [active, electrolyte, classes]: [number[], number[], number[]] = [[], [], [0]];
  for (let axis = 0; axis < 3; axis++) {
    for (const upper of [true, false]) {
      for (let i = 0; i < labels.length; i++) {
        if (Math.floor(i / strides[axis]) % shape[axis] === 0) continue;
        const [a, e] = upper ? [i, i - strides[axis]] : [i - strides[axis], i];
        if (labels[a] !== ACTIVE || !electrolytes.includes(labels[e])) continue;
        active.push(a);
        electrolyte.push(e);
      }
      classes.push(active.length);
    }
  }
  return {
    active: Uint32Array.from(active), electrolyte: Uint32Array.from(electrolyte),
    weight: new Float32Array(active.length).fill(1), classes: classes as unknown as InterfaceFaces['classes'],
  };
}

export const faceLeases = (count: number) => [
  { name: 'active voxels', bytes: 4 * count }, { name: 'electrolyte voxels', bytes: 4 * count },
  { name: 'weights', bytes: 4 * count },
];

/** The same list in memory. */
export async function putFaces(frame: Frame, faces: FaceArrays): Promise<InterfaceFaces> {
  const count = faces.active.length;
  const [active, electrolyte, weight] = faceLeases(count).map(({ name, bytes }) => frame.lease(name, bytes));
  await frame.write(active, faces.active);
  await frame.write(electrolyte, faces.electrolyte);
  await frame.write(weight, faces.weight);
  return { active, electrolyte, weight, count, classes: faces.classes };
}
