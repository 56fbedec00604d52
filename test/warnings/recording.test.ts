// Warnings about images as they were recorded: surroundings of a sample, slices that were lost or doubled.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AXES, axisIndex, voxelCount, type Axis, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { imageWarnings } from '../../src/descriptors/image-warnings.js';
import { importImage, type ImportStep } from '../../src/image/import.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { labelWarnings } from '../../src/warnings/label-warnings.js';
import { planeChanges } from '../../src/warnings/plane-changes.js';
import { recordingWarnings } from '../../src/warnings/recording-warnings.js';
import { normals, uniform } from '../random.js';
import { testSession } from '../session.js';

const session = await testSession({ threads: 2 });
const EDGE = 48;
const cathode = await generate(session, specFromSet('bm01', { size: [EDGE, EDGE, EDGE], seed: 2 }));

type Place = readonly [z: number, y: number, x: number];

/** The cathode with other labels, where `label` gives one. No provenance: an image of unknown origin. */
function changed(label: (place: Place, was: number) => number, shape: Shape = cathode.shape): LabelVolume {
  const [, ny, nx] = shape;
  const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => {
    const place = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx] as const;
    const [z, y, x] = place.map((k) => Math.min(k, EDGE - 1));
    return label(place, cathode.labels[(z * EDGE + y) * EDGE + x]);
  });
  return { labels, shape, voxelSizeUm: null };
}

const said = (volume: LabelVolume): string[] =>
  recordingWarnings({ values: volume.labels, shape: volume.shape, called: 'label' });

const outsideCircle = ([, y, x]: Place, radius: number): boolean =>
  (y - (EDGE - 1) / 2) ** 2 + (x - (EDGE - 1) / 2) ** 2 > radius ** 2;

describe('how planes differ', () => {
  it('[oracle] between neighbours and within, as asking every pair of voxels', () => {
    const edge = fc.integer({ min: 1, max: 6 });
    fc.assert(fc.property(fc.tuple(edge, edge, edge), fc.integer(), (shape, seed) => {
      const random = uniform(seed);
      const values = Uint8Array.from({ length: voxelCount(shape) }, () => Math.floor(random() * 2));
      const changes = planeChanges({ values, shape });
      const [nz, ny, nx] = shape;
      const at = ([z, y, x]: readonly number[]): number => values[(z * ny + y) * nx + x];
      const places = Array.from({ length: nz * ny * nx }, (_, i) => (
        [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx]
      ));
      for (const axis of AXES) {
        const along = axisIndex(axis);
        const between = new Float64Array(shape[along] - 1);
        const within = new Float64Array(shape[along]);
        for (const place of places) for (const other of [0, 1, 2]) {
          const next = place.map((k, a) => (a === other ? k + 1 : k));
          if (next[other] >= shape[other] || at(place) === at(next)) continue;
          if (other === along) between[place[along]]++;
          else within[place[along]]++;
        }
        expect(changes[axis]).toEqual({ between, within });
      }
    }));
  });
});

describe('surroundings of a sample', () => {
  it('[exact] the corners beside a round sample, whatever its label; the part within has none', () => {
    for (const label of [0, 3]) {
      const round = changed((place, was) => (outsideCircle(place, EDGE / 2) ? label : was));
      // 1 − π/4 of a square lies outside of its circle; the square in it has a margin of (1 − 1/√2)/2 of the edge.
      expect(said(round)).toEqual([expect.stringMatching(new RegExp(
        `^2[12] % of the image, its corners among it, are label ${label} from end to end along z, ` +
          '.*: voxelith import --crop y=7:41,x=7:41$',
      ))]);
    }
    const within = changed((_, was) => was, [EDGE, 34, 34]);
    expect(said(within)).toEqual([]);
  });

  it('[exact] a sample that was cut round along any axis', () => {
    const round = (axis: Axis): LabelVolume => changed((place, was) => {
      const across = AXES.filter((other) => other !== axis).map((other) => place[axisIndex(other)]);
      return outsideCircle([0, across[0], across[1]], EDGE / 2) ? 0 : was;
    });
    for (const axis of AXES) {
      expect(said(round(axis))).toEqual([expect.stringContaining(`from end to end along ${axis}, as outside`)]);
    }
  });

  it('[exact] a frame, with what cuts it off', () => {
    const framed = changed((place, was) => (
      place.some((k, a) => k < 2 || k >= [EDGE - 1, EDGE - 2, EDGE - 3][a]) ? 0 : was
    ));
    expect(said(framed)).toEqual([expect.stringMatching(
      /^all faces of the image are label 0: .*: voxelith import --crop z=2:47,y=2:46,x=2:45$/,
    )]);
  });
});

describe('slices', () => {
  it('[exact] that were lost, along any axis', () => {
    for (const axis of AXES) {
      const lost = (...planes: number[]): LabelVolume =>
        changed((place, was) => (planes.includes(place[axisIndex(axis)]) ? 0 : was));
      expect(said(lost(24))).toEqual([
        expect.stringContaining(`across ${axis} plane 24 has nothing but label 0: a lost slice?`),
      ]);
      expect(said(lost(20, 21, 30))[0]).toContain(`across ${axis} planes 20 to 21 and 30 have nothing but label 0`);
      // Three in a row are a layer.
      expect(said(lost(20, 21, 22))).toEqual([]);
    }
  });

  it('[exact] that were doubled, one or many', () => {
    const copies = (from: (z: number) => number): LabelVolume => changed(([z, y, x]) => (
      cathode.labels[(from(z) * EDGE + y) * EDGE + x]
    ));
    expect(said(copies((z) => (z === 24 ? 23 : z)))).toEqual([
      expect.stringContaining('across z plane 24 equals the one before: slices were doubled'),
    ]);
    expect(said(copies((z) => (z >= 20 && z < 30 ? 20 : z)))[0]).toContain('across z planes 21 to 29 equal the one');
    expect(said(copies((z) => z >> 1))).toEqual([
      expect.stringContaining('24 of 47 planes across z equal the one before them: the image was enlarged'),
    ]);
  });

  it('[exact] nothing is said of designs and bodies: balls anywhere, laminates, channels, one label', async () => {
    const size = [32, 32, 32] as const;
    const designs = [
      { model: 'laminate', size }, { model: 'channels', size },
      { model: 'spheres', size, arrangement: 'fcc', cell: 16, volumeFraction: 0.3 },
    ] as const;
    for (const spec of designs) expect(labelWarnings(await generate(session, spec)).warnings).toEqual([]);
    // A ball whose centre lies on no plane of symmetry.
    const ball = (radius: number): LabelVolume => changed(([z, y, x]) => (
      (z - 22.3) ** 2 + (y - 23.9) ** 2 + (x - 25.6) ** 2 < radius ** 2 ? 1 : 2
    ));
    expect([said(ball(24)), said(ball(18))]).toEqual([[], []]);
    expect(said(changed(() => 1))).toEqual([]);
  });
});

describe('warnings of recorded images', () => {
  it('[rate] cathodes, pores and packings that were drawn have none', async () => {
    for (const name of ['bm01', 'bm03', 'bm10']) {
      for (const edge of [16, 32, 64]) {
        for (let seed = 1; seed <= 4; seed++) {
          const volume = await generate(session, specFromSet(name, { size: [edge, edge, edge], seed }));
          expect([name, edge, seed, said(volume)]).toEqual([name, edge, seed, []]);
        }
      }
    }
    for (const volumeFraction of [0.03, 0.4]) {
      const balls = await generate(session, { model: 'boolean', size: [64, 64, 64], seed: 1, parameters: {
        volumeFraction, radius: 6, anisotropyFactor: 1,
      } });
      expect([volumeFraction, said(balls)]).toEqual([volumeFraction, []]);
    }
  });

  it('[law] describe and conduct ask for them, and imports of grey values before the first step', async () => {
    const round = changed((place, was) => (outsideCircle(place, EDGE / 2) ? 0 : was));
    expect((await imageWarnings(session, round))[0]).toMatch(/^2[12] % of the image/);
    const normal = normals(3);
    const data = Float32Array.from(round.labels, (label) => (label === 0 ? 0 : 60 * label + 4 * normal()));
    const grey = { data, shape: round.shape, voxelSizeUm: null };
    const otsu: ImportStep = { step: 'segment', segmentation: { method: 'otsu', classes: 3 } };
    const median: ImportStep = { step: 'filter', filter: { kind: 'median', size: 3 } };
    const crop: ImportStep = { step: 'crop', window: [[null, null], [7, 41], [7, 41]] };
    const found = async (...steps: ImportStep[]): Promise<string[]> =>
      (await importImage(session, 'round', grey, steps, { content: 'grey' })).warnings
        .filter((text) => /end to end/.test(text));
    expect((await found(median, otsu))[0]).toMatch(/^2[12] % of the image, .*are grey value 0 from/);
    expect(await found(crop, median, otsu)).toEqual([]);
  });
});
