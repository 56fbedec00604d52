// Warnings about label images: what they are decided on, and on what they fire.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisIndex, AXES, voxelCount, type Axis, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { imageWarnings } from '../../src/descriptors/image-warnings.js';
import { filterGreys } from '../../src/image/filter.js';
import type { GreyVolume } from '../../src/image/grey.js';
import { importImage, type ImportStep } from '../../src/image/import.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { labelRuns } from '../../src/kernels/label-runs.js';
import { labelStatistics, statisticsBy } from '../../src/warnings/label-statistics.js';
import { labelWarnings } from '../../src/warnings/label-warnings.js';
import { normals, uniform } from '../random.js';
import { testSession } from '../session.js';

const session = await testSession({ threads: 2 });
const sessions = [session, ...await Promise.all([1, 3, 7].map((threads) => testSession({ threads })))];
const volumeOf = (labels: Uint8Array, shape: Shape): LabelVolume => ({ labels, shape, voxelSizeUm: null });

/** The lines of an image along an axis, one list of labels each. */
function linesAlong({ labels, shape }: LabelVolume, axis: Axis): number[][] {
  const found = new Map<string, number[]>();
  const [, ny, nx] = shape;
  labels.forEach((label, i) => {
    const place = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    place[axisIndex(axis)] = 0;
    const key = place.join();
    found.set(key, [...(found.get(key) ?? []), label]);
  });
  return [...found.values()];
}

const runsOf = (line: readonly number[]): [label: number, length: number][] => line.reduce<[number, number][]>(
  (runs, label) => {
    if (runs.at(-1)?.[0] === label) runs[runs.length - 1][1]++;
    else runs.push([label, 1]);
    return runs;
  }, [],
);

/** The same by lists of runs, and by asking every voxel for its blocks. */
function slowStatistics(volume: LabelVolume): {
  readonly chords: Map<number, number | null>, readonly thin: Map<number, number>, readonly linings: Set<string>,
} {
  const { labels, shape } = volume;
  const present = [...new Set(labels)].sort((a, b) => a - b);
  const axes = AXES.filter((axis) => shape[axisIndex(axis)] > 1);
  const all = axes.flatMap((axis) => linesAlong(volume, axis).map(runsOf));
  const chords = new Map(present.map((label) => {
    const ends = all.reduce((sum, runs) => sum + runs.reduce((own, [kind], k) => (
      own + (kind === label ? Number(k > 0) + Number(k < runs.length - 1) : 0)
    ), 0), 0);
    const voxels = labels.filter((one) => one === label).length;
    return [label, ends === 0 ? null : (2 * axes.length * voxels) / ends] as const;
  }));
  const [nz, ny, nx] = shape;
  const at = (z: number, y: number, x: number): number => labels[(z * ny + y) * nx + x];
  const inBlock = (z: number, y: number, x: number): boolean => {
    const starts = (i: number, n: number): number[] => (n === 1 ? [0] : [i - 1, i].filter((a) => a >= 0 && a + 1 < n));
    const cells = (a: number, n: number): number[] => (n === 1 ? [a] : [a, a + 1]);
    return starts(z, nz).some((a) => starts(y, ny).some((b) => starts(x, nx).some((c) => (
      cells(a, nz).every((k) => cells(b, ny).every((j) => cells(c, nx).every((i) => at(k, j, i) === at(z, y, x))))
    ))));
  };
  const thin = new Map(present.map((label) => [label, 0]));
  for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) {
    if (!inBlock(z, y, x)) thin.set(at(z, y, x), thin.get(at(z, y, x))! + 1);
  }
  const linings = new Set<string>();
  for (const low of present) for (const high of present.filter((b) => b > low)) {
    const joins = (a: number, b: number): boolean => (a === low && b === high) || (a === high && b === low);
    const straight = all.reduce(
      (sum, runs) => sum + runs.filter(([kind], k) => k > 0 && joins(runs[k - 1][0], kind)).length, 0,
    );
    for (const label of present) {
      const through = all.reduce((sum, runs) => sum + runs.filter(([kind, length], k) => (
        kind === label && length <= 2 && k > 0 && k < runs.length - 1 && joins(runs[k - 1][0], runs[k + 1][0])
      )).length, 0);
      if (through > 0) linings.add([label, low, high, straight + through, through / (straight + through)].join());
    }
  }
  return { chords, thin, linings };
}

describe('what warnings about labels are decided on', () => {
  it('[oracle] widths, thin voxels and linings, as brute force over runs and blocks', () => {
    const edge = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
    // Rows of up to three words of 32 voxels.
    const shapes = fc.tuple(edge(7), edge(7), fc.oneof(edge(9), fc.integer({ min: 30, max: 70 })));
    fc.assert(fc.property(shapes, fc.integer({ min: 1, max: 4 }), fc.integer(), (shape, kinds, seed) => {
      const random = uniform(seed);
      // Runs of random length, so that thick and thin ones occur.
      let label = 0;
      const labels = Uint8Array.from({ length: voxelCount(shape) }, () => (
        label = random() < 0.4 ? 3 * Math.floor(random() * kinds) : label
      ));
      const volume = volumeOf(labels, shape);
      const { widths, linings } = labelStatistics(volume);
      const slow = slowStatistics(volume);
      for (const { label: one, voxels, meanChord, thinShare } of widths) {
        expect(voxels).toBe(labels.filter((other) => other === one).length);
        expect(meanChord).toBe(slow.chords.get(one));
        expect(thinShare * voxels).toBeCloseTo(slow.thin.get(one)!, 9);
      }
      expect(new Set(linings.map(({ label: one, between, crossings, share }) => (
        [one, ...between, crossings, share].join()
      )))).toEqual(slow.linings);
    }), { numRuns: 200 });
  });

  it('[oracle] the kernel counts what the host counts, for 1, 2, 3 and 7 threads, few labels and many', async () => {
    const edge = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
    const kinds = fc.constantFrom(1, 2, 3, 8, 33, 250);
    const shapes = fc.tuple(edge(9), edge(9), edge(70));
    await fc.assert(fc.asyncProperty(shapes, kinds, fc.integer(), async (shape, n, seed) => {
      const random = uniform(seed);
      const stay = random();
      let label = 0;
      const labels = Uint8Array.from({ length: voxelCount(shape) }, () => (
        label = random() < stay ? label : Math.floor(random() * n)
      ));
      const volume = volumeOf(labels, shape);
      const expected = labelStatistics(volume);
      for (const one of sessions) {
        expect(await statisticsBy(volume, (window) => labelRuns(one, 'test', window, {}))).toEqual(expected);
      }
    }), { numRuns: 100 });
  });

  it('[exact] of a large image its middle is looked at', () => {
    const shape = [2, 2, 300] as const;
    const rim = Uint8Array.from({ length: 1200 }, (_, i) => (i % 300 < 20 || i % 300 >= 280 ? i % 2 : 5));
    const { labels, widths, changes } = labelStatistics(volumeOf(rim, shape));
    expect([labels, changes]).toEqual([[0, 1, 5], 0]);
    expect(widths.map(({ voxels }) => voxels)).toEqual([0, 0, 1024]);
  });
});

const LEVELS = [0, 110, 210, 40];
const cathodes = ['bm01', 'bm03', 'bm10'] as const;
const EDGE = 64;

async function cathode(name: string): Promise<LabelVolume> {
  return generate(session, specFromSet(name, { size: [EDGE, EDGE, EDGE], seed: 1 }));
}

/** Grey 40/110/210, a blur, noise of 8. */
async function tomogram({ labels, shape }: LabelVolume, blur: number): Promise<GreyVolume> {
  const sharp: GreyVolume = { data: Float32Array.from(labels, (label) => LEVELS[label]), shape, voxelSizeUm: null };
  const { volume } =
    blur > 0 ? await filterGreys(session, sharp, { kind: 'gaussian', sigma: blur }) : { volume: sharp };
  const normal = normals(3);
  const data = Uint8Array.from(volume.data, (value) => Math.max(0, Math.min(255, Math.round(value + 8 * normal()))));
  return { data, shape, voxelSizeUm: null };
}

const median: ImportStep = { step: 'filter', filter: { kind: 'median', size: 3 } };
const labelled = { step: 'segment', labels: [3, 1, 2] } as const;
const otsu: ImportStep = { ...labelled, segmentation: { method: 'otsu', classes: 3 } };
const valley: ImportStep = { ...labelled, segmentation: { method: 'thresholds', thresholds: [75, 160] } };
const SKIN = /^label 1 lines \d+ % of the boundary between 2 and 3, /;

describe('a label that lines the boundary of two others', () => {
  it.each(cathodes)('[rate] fires on %s under blur and thresholds, not on sharp images', async (name) => {
    const truth = await cathode(name);
    for (const blur of [0, 0.6]) {
      const image = await tomogram(truth, blur);
      for (const steps of [[median, otsu], [otsu], [valley]]) {
        const { warnings } = await importImage(session, name, image, steps, { content: 'grey' });
        expect([name, blur, warnings.filter((text) => SKIN.test(text)).length]).toEqual([name, blur, Number(blur > 0)]);
      }
    }
    const auto: ImportStep = { ...labelled, segmentation: { method: 'auto', classes: 3 } };
    const found = await importImage(session, name, await tomogram(truth, 0.6), [auto], { content: 'grey' });
    expect(found.warnings).toEqual([]);
    expect(labelWarnings(truth).warnings.filter((text) => /lines|one voxel thin/.test(text))).toEqual([]);
  });
});

describe('labels too narrow for their voxels', () => {
  /** Sheets of label 1 across x, `thick` voxels of every 16, in label 2. */
  const sheets = (thick: number): LabelVolume =>
    volumeOf(Uint8Array.from({ length: 32 ** 3 }, (_, i) => (i % 16 < thick ? 1 : 2)), [32, 32, 32]);
  /** Columns along z with a square section of `edge` voxels, one in every 12². */
  const columns = (edge: number): LabelVolume => volumeOf(Uint8Array.from({ length: 36 ** 3 }, (_, i) => (
    i % 12 < edge && Math.floor(i / 36) % 12 < edge ? 1 : 2
  )), [36, 36, 36]);

  it('[exact] sheets of one voxel are thin, those of two are not', () => {
    expect(labelWarnings(sheets(1)).warnings).toEqual([
      expect.stringMatching(/^label 1 is mostly one voxel thin \(100 % of it\)/),
    ]);
    expect(labelWarnings(sheets(2)).warnings).toEqual([]);
  });

  it('[exact] below a mean chord of four voxels M is coarse, with smooth interfaces below three', () => {
    // Ends of chords: four sides of columns, per column and plane 4·edge faces; chord = 2·3·edge²/(4·edge).
    const expected: [edge: number, kind: 'voxel' | 'smooth', lines: number][] =
      [[2, 'voxel', 1], [3, 'voxel', 0], [2, 'smooth', 0]];
    for (const [edge, kind, lines] of expected) {
      const { warnings } = labelWarnings(columns(edge), { phases: [1], interface: kind });
      expect([edge, kind, warnings.length]).toEqual([edge, kind, lines]);
    }
    // The columns at two faces of the window have one side less.
    expect(labelWarnings(columns(2)).warnings).toEqual([
      expect.stringMatching(/^label 1 is 3\.[2-9] voxels wide .*: its M on voxels is low by about (35|40) %; take/),
    ]);
    expect(labelWarnings(columns(2), { phases: [2] }).warnings).toEqual([]);
  });
});

describe('grey values taken for labels', () => {
  it('[exact] many labels, or some without structure; segmented images of a dozen labels are none', async () => {
    const shape = [24, 24, 24] as const;
    const random = uniform(5);
    const noise = (kinds: number): LabelVolume =>
      volumeOf(Uint8Array.from({ length: 24 ** 3 }, () => Math.floor(random() * kinds)), shape);
    for (const kinds of [12, 40, 200]) {
      const { grey, warnings } = labelWarnings(noise(kinds));
      expect([kinds, grey, warnings.length]).toEqual([kinds, true, 1]);
      expect(warnings[0]).toMatch(/^the image has (0, 1|\d+ labels from).*look like grey values.*--segment/);
    }
    const blocks = volumeOf(Uint8Array.from({ length: 24 ** 3 }, (_, i) => Math.floor((i % 24) / 2)), shape);
    expect(labelWarnings(blocks).grey).toBe(false);
    expect((await imageWarnings(session, noise(200))).length).toBe(1);
  });
});

describe('windows of few correlation lengths', () => {
  const small = (warnings: readonly string[]): string[] =>
    warnings.filter((text) => /larger one, or several/.test(text));

  it('[rate] cathodes of 24 voxels are small windows, of 128 they are none', async () => {
    for (const [size, fires] of [[24, true], [128, false]] as const) {
      const volume = await generate(session, specFromSet('bm01', { size: [size, size, size], seed: 4 }));
      const found = small(await imageWarnings(session, volume, { phases: [1, 2] }));
      expect([size, found.length > 0]).toEqual([size, fires]);
    }
  });

  it('[exact] what goes on beyond the window is said, designs have no other windows', async () => {
    // One boundary across x, with two steps in it.
    const half = volumeOf(Uint8Array.from({ length: 4096 }, (_, i) => (
      (i % 16) + Number(Math.floor(i / 16) % 16 >= 8) + Number(i >= 2048) < 8 ? 1 : 2
    )), [16, 16, 16]);
    expect(small(await imageWarnings(session, half))).toEqual([
      expect.stringMatching(/^label 1.*correlated over half of the window/),
      expect.stringMatching(/^label 2.*correlated over half of the window/),
    ]);
    const size = [32, 32, 32] as const;
    const designs = [
      { model: 'laminate', size }, { model: 'channels', size },
      { model: 'spheres', size, arrangement: 'fcc', cell: 32, volumeFraction: 0.3 },
    ] as const;
    for (const spec of designs) {
      const volume = await generate(session, spec);
      expect([spec.model, small(await imageWarnings(session, volume))]).toEqual([spec.model, []]);
    }
  });
});
