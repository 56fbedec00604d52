// Where things stand in the 3D picture, and what its textures hold. The picture itself is tested in Chromium.
import { describe, expect, it } from 'vitest';
import { finish, type Steps } from '../../src/numeric/steps.js';
import { boxEdges, dot, halfExtent } from '../../src/viewer/box.js';
import { bounded, CAMERA, cameraAxes, moved, turned, zoomed, type Vector } from '../../src/viewer/camera.js';
import {
  AT_ONCE, fieldTexels, labelTexels, scaleOf, scaleSteps, stepFor, texelShape, thinningFor,
} from '../../src/viewer/texels.js';
import { shownBox } from '../../src/viewer/volume-view.js';

const cross = (a: Vector, b: Vector): Vector =>
  [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const close = (a: readonly number[], b: readonly number[]): void =>
  a.forEach((value, k) => expect(value).toBeCloseTo(b[k], 12));
const VIEWS = [-3, -1, 0, 0.7, 2.9].flatMap((yaw) =>
  [-Math.PI / 2, -0.4, 0, 1.1, Math.PI / 2].map((pitch) => ({ yaw, pitch })));

describe('camera', () => {
  it('[law] directions are orthonormal and nothing is mirrored, from every side', () => {
    for (const view of VIEWS) {
      const { right, up, forward } = cameraAxes(view);
      for (const axis of [right, up, forward]) expect(dot(axis, axis)).toBeCloseTo(1, 12);
      close(cross(right, up), forward.map((value) => -value));
    }
  });

  it('[exact] from the front x runs to the right and z downwards, as in slices', () => {
    const { right, up } = cameraAxes({ yaw: 0, pitch: 0 });
    close(right, [1, 0, 0]);
    close(up, [0, 0, -1]);
  });

  it('[law] a pull to the right moves the front to the right, a pull down shows more of the face z = 0', () => {
    const front: Vector = cameraAxes(CAMERA).forward.map((value) => -value) as unknown as Vector;
    expect(dot(front, cameraAxes(turned(CAMERA, 0.1, 0)).right)).toBeGreaterThan(0);
    expect(cameraAxes(turned(CAMERA, 0, 0.1)).forward[2]).toBeGreaterThan(cameraAxes(CAMERA).forward[2]);
    expect(turned(CAMERA, 0, 9).pitch).toBe(Math.PI / 2);
  });

  it('[exact] a camera beyond what a picture can have becomes the nearest one that it can', () => {
    expect(bounded({ yaw: 1, pitch: 2, zoom: 100, pan: [3, 4] })).toEqual({
      yaw: 1, pitch: Math.PI / 2, zoom: 40, pan: [3, 4],
    });
    expect(bounded({ yaw: 1, pitch: -2, zoom: 0.1, pan: [0, 0] })).toMatchObject({ pitch: -Math.PI / 2, zoom: 0.5 });
  });

  it('[law] what is under the fingers stays there while they spread', () => {
    // A point of the volume stands at (p − pan)·zoom in the picture.
    const camera = moved(CAMERA, 0.3, -0.2);
    const at = [1.5, 0.7] as const;
    const point = at.map((value, k) => value + camera.pan[k]);
    const nearer = zoomed(camera, 1.7, at);
    point.forEach((value, k) => expect((value - nearer.pan[k]) * nearer.zoom).toBeCloseTo(at[k] * camera.zoom, 12));
  });
});

describe('edges of the window', () => {
  it('[law] nine of twelve are seen from an edge-on side, and the box stays within its half extent', () => {
    const edges: Vector = [3, 4, 12];
    expect(halfExtent(edges)).toBe(6.5);
    for (const view of VIEWS) {
      const drawn = boxEdges(edges, { ...CAMERA, ...view });
      expect(drawn).toHaveLength(12);
      for (const { from, to } of drawn) {
        for (const end of [from, to]) expect(Math.hypot(...end)).toBeLessThanOrEqual(6.5 + 1e-9);
      }
    }
    expect(boxEdges(edges, CAMERA).filter(({ behind }) => behind)).toHaveLength(3);
  });
});

describe('texels', () => {
  it('[exact] a volume that fits is taken as it is; else the middle of each block', () => {
    const labels = Uint8Array.from({ length: 2 * 3 * 5 }, (_, i) => i);
    expect(thinningFor([2, 3, 5], 5)).toBe(1);
    expect(finish(labelTexels(labels, [2, 3, 5], 1))).toBe(labels);
    expect(thinningFor([2, 3, 5], 4)).toBe(2);
    expect(texelShape([2, 3, 5], 2)).toEqual([1, 2, 3]);
    // Planes 1; rows 1 and 2; columns 1, 3, 4: index 15 z + 5 y + x.
    expect([...finish(labelTexels(labels, [2, 3, 5], 2))]).toEqual([21, 23, 24, 26, 28, 29]);
  });

  it('[exact] values become 1 to 255 from end to end of their scale, no value becomes 0', () => {
    const values = Float32Array.of(NaN, -1, 0, 0.5, 1, 7, Infinity);
    expect([...finish(fieldTexels(values, [1, 1, 7], 1, { from: 0, to: 1 }))]).toEqual([0, 1, 1, 128, 255, 255, 255]);
  });

  it('[exact] a scale has the range of its field, and is never empty', () => {
    expect(scaleOf({ values: Float32Array.of(NaN, 2, -3, Infinity) })).toEqual({ from: -3, to: 2 });
    expect(scaleOf({ values: Float32Array.of(4, 4) })).toEqual({ from: 4, to: 8 });
    expect(scaleOf({ values: Float32Array.of(NaN) })).toEqual({ from: 0, to: 1 });
    expect(scaleOf({ values: Float32Array.of(5), range: [0, 1] })).toEqual({ from: 0, to: 1 });
  });

  it('[law] large volumes are done in steps of some milliseconds, small ones at once, with the same result', () => {
    const steps = <T>(work: Steps<T>): { readonly count: number; readonly result: T } => {
      for (let count = 1; ; count++) {
        const { done, value } = work.next();
        if (done === true) return { count, result: value };
      }
    };
    const [rows, columns] = [AT_ONCE / 2 ** 10, 2 ** 10];
    const values = Float32Array.from({ length: 3 * AT_ONCE }, (_, i) => (i * 7919) % 1009);
    const scale = { from: 0, to: 1008 };
    const whole = steps(fieldTexels(values, [3, rows, columns], 1, scale));
    const count = (3 * AT_ONCE) / stepFor(3 * AT_ONCE);
    expect(count).toBe(24);
    expect(whole.count).toBe(count);
    for (const plane of [0, 1, 2]) {
      const own = values.subarray(plane * AT_ONCE, (plane + 1) * AT_ONCE);
      const alone = steps(fieldTexels(own, [1, rows, columns], 1, scale));
      expect(alone.count).toBe(1);
      expect(Buffer.compare(alone.result, whole.result.subarray(plane * AT_ONCE, (plane + 1) * AT_ONCE))).toBe(0);
    }
    const field = { values };
    const found = steps(scaleSteps(field));
    expect(found).toEqual({ count: count + 1, result: scale });
    expect(scaleOf(field)).toBe(found.result);
  });

  it('[exact] a cut keeps the plane of the slice, on either side', () => {
    expect(shownBox([10, 20, 30], 1, { kind: 'none', keep: 'low' }, [1, 2, 3])).toEqual({
      low: [0, 0, 0], high: [30, 20, 10],
    });
    expect(shownBox([10, 20, 30], 1, { kind: 'y', keep: 'high' }, [1, 2, 3]).low).toEqual([0, 2, 0]);
    expect(shownBox([10, 20, 30], 1, { kind: 'z', keep: 'low' }, [1, 2, 3]).high).toEqual([30, 20, 2]);
    expect(shownBox([10, 20, 31], 2, { kind: 'x', keep: 'low' }, [1, 2, 30]).high).toEqual([15.5, 10, 5]);
  });
});
