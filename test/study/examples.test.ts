// The example studies of other plans, models and images, run from file to table; of models in small windows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImage } from '../../src/io/files.node.js';
import { openSession } from '../../src/node.js';
import { withImage } from '../../src/study/image.js';
import { countStudy } from '../../src/study/plans.js';
import type { PointStudy } from '../../src/study/plans/point-plan.js';
import { readStudySpec } from '../../src/study/read-spec.js';
import { runStudy } from '../../src/study/run.js';
import { memoryStore } from '../../src/study/store.js';
import { openStudy } from '../../src/study/study.js';

const FOLDER = 'examples/studies';
const dist = new URL('../../dist/', import.meta.url);

async function run(name: string, edge: number | null) {
  const path = join(FOLDER, name);
  const read = readStudySpec(readFileSync(path, 'utf8'), path) as PointStudy;
  const { spec, image } = read.image === undefined
    ? { spec: { ...read, ...(edge !== null && { size: [edge, edge, edge] as const }) }, image: null }
    : withImage(read, (await readImage([join(FOLDER, read.image.file)])).array);
  const study = await openStudy(spec, memoryStore(), { version: 'test' });
  const result = await runStudy(study, {
    threads: 2, memoryBytes: 2 ** 30, image,
    openSession: (options) =>
      openSession({ ...options, wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) }),
  });
  expect(result.failures).toEqual([]);
  expect(result.table.rows).toHaveLength(countStudy(spec).table);
  return result.table.rows;
}

describe('example studies', () => {
  it('[law] a Sobol\' sequence over targets: what is measured scatters about what was aimed at', async () => {
    const rows = await run('chi2-sobol.yaml', 40);
    for (const name of ['VolumeFraction2', 'SpecificSurfaceArea2']) {
      const ratios = rows.map((row) =>
        Number(row[name[0].toLowerCase() + name.slice(1)]) / Number(row[`target${name}`]));
      const mean = ratios.reduce((a, b) => a + b, 0) / ratios.length;
      expect(Math.abs(mean - 1)).toBeLessThan(0.1);
    }
  });

  it('[law] packings: the void is that of the recipe, whatever is varied', async () => {
    for (const row of await run('packing.yaml', null)) {
      expect(Number(row.volumeFraction1) + Number(row.volumeFraction2)).toBeCloseTo(0.8, 1);
    }
  });

  it('[exact] an image: the binder has the content of its row, a higher threshold leaves less solid', async () => {
    const rows = await run('image-binder.yaml', null);
    for (const row of rows) expect(Number(row.volumeFraction4)).toBeCloseTo(Number(row.additiveContent), 4);
    const solid = rows.filter((row) => row.additiveContent === 0).map((row) => Number(row.volumeFraction2));
    expect([...solid].sort((a, b) => b - a)).toEqual(solid);
  });
});
