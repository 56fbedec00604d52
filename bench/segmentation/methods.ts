// Ways to segment, each as a careful user would: given the number of classes, and where it needs more, their true grey
// values.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  filterGreys, segmentGreys, type GreyVolume, type LabelVolume, type Segmentation, type Segmented, type Session,
} from '../../src/node.js';

export interface Result {
  readonly volume: LabelVolume;
  readonly warnings: readonly string[];
}

/** @returns null where the method cannot be had */
export type Method =
  (session: Session, image: GreyVolume, levels: readonly number[]) => Promise<(Result & Partial<Segmented>) | null>;

const segment = (
  session: Session, image: GreyVolume, segmentation: Segmentation, classes: number,
): Promise<Segmented> =>
  segmentGreys(session, image, segmentation, { labels: Array.from({ length: classes }, (_, k) => k) });

const median = async (session: Session, image: GreyVolume): Promise<GreyVolume> =>
  (await filterGreys(session, image, { kind: 'median', size: 3 })).volume;

/** Thresholds half way between the true grey values. */
const halfWay = (levels: readonly number[]): number[] => levels.slice(1).map((high, k) => (high + levels[k]) / 2);

const PYTHON = '/usr/bin/python3';
const WALKER = new URL('../../../../bench/segmentation/random-walker.py', import.meta.url);

/** Random walker of scikit-image. */
const randomWalker: Method = async (_, image, levels) => {
  const here = mkdtempSync(join(tmpdir(), 'walker-'));
  try {
    const [grey, out] = [join(here, 'grey.raw'), join(here, 'labels.raw')];
    writeFileSync(grey, image.data as Uint8Array);
    const run = spawnSync(PYTHON, [WALKER.pathname, grey, out, image.shape.join(','), levels.join(',')]);
    if (run.status !== 0 || !existsSync(out)) {
      console.warn(`random walker: ${String(run.stderr).trim().split('\n').pop()}`);
      return null;
    }
    const labels = new Uint8Array(readFileSync(out));
    return { volume: { labels, shape: image.shape, voxelSizeUm: null }, warnings: [] };
  } finally {
    rmSync(here, { recursive: true });
  }
};

export const METHODS = {
  auto: (session, image, { length }) => segment(session, image, { method: 'auto', classes: length }, length),
  'half way': (session, image, levels) =>
    segment(session, image, { method: 'thresholds', thresholds: halfWay(levels) }, levels.length),
  otsu: (session, image, { length }) => segment(session, image, { method: 'otsu', classes: length }, length),
  'median, otsu': async (session, image, { length }) =>
    segment(session, await median(session, image), { method: 'otsu', classes: length }, length),
  'random walker': randomWalker,
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof METHODS;
