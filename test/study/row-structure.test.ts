// Rows of studies as structures again, on the real kernels in tiny windows.
import { describe, expect, it } from 'vitest';
import { phaseLevelSet } from '../../src/structure/level-set.js';
import {
  conduct, formatYaml, generate, memoryStore, mFactor, openStudy, parseStudySpec, readStructure, runStudy,
  structureOfRow, surfaceAreas, VERSION, type Study, type StudyTable,
} from '../../src/index.js';
import { readYaml } from '../../src/study/yaml.js';
import { testSession } from '../session.js';

async function studied(settings: Record<string, unknown>): Promise<{ study: Study; table: StudyTable }> {
  const study = await openStudy(parseStudySpec({ name: 'rows', size: 20, ...settings }), memoryStore(), {
    version: VERSION,
  });
  const { table } = await runStudy(study, {
    threads: 1, memoryBytes: 2 ** 30, openSession: (options) => testSession({ ...options, debug: false }),
  });
  return { study, table };
}

const CHI2 = { structure: { model: 'chi2' }, voxelSizeUm: 0.1 };

describe('the structure of a row', () => {
  it.each([
    ['along gradients', {
      edges: [['bm01', 'bm10']], t: [0.5], gradient: { realisations: 1 },
      steps: { descriptors: ['volumeFraction1'], h: [-0.05, 0.05] }, realisations: { interpolated: 2 },
      covariance: 'spherical',
    }],
    ['on a grid', { ...CHI2, plan: { kind: 'grid', vary: { alpha: [0.2, 0.3], lambda: [1.5] }, realisations: 2 } }],
    ['over descriptors', {
      ...CHI2, plan: {
        kind: 'descriptor-space', points: 3, anchors: 3, vary: { alpha: [0.2, 0.4], lambda: [1, 2] },
        descriptors: ['volumeFraction2', 'constrictivity2'], hold: { anisotropyFactor: 1.2 },
      },
    }],
    ['of a packing', {
      structure: { model: 'packing' }, voxelSizeUm: 0.5,
      plan: { kind: 'sobol', points: 2, vary: { voidFraction: [0.2, 0.4] } },
    }],
  ])('[law] %s: its file draws what the study measured, number by number', async (_, settings) => {
    const { study, table } = await studied(settings);
    const session = await testSession({ threads: 2, debug: false });
    const { phases } = study.spec;
    expect(table.rows.length).toBeGreaterThan(1);
    for (const row of table.rows) {
      const spec = await structureOfRow(study, String(row.id));
      // As `voxelith generate` reads it from a file.
      const read = readStructure('generate', readYaml(formatYaml({ ...spec }), 'row').value).spec;
      const structure = await generate(session, read);
      const areas = await surfaceAreas(session, structure);
      for (const phase of phases) {
        expect([row.id, (await mFactor(session, structure, { phase })).mFactor])
          .toEqual([row.id, row[`mFactor${phase}`]]);
        expect(areas.phases.find((one) => one.phase === phase)?.specificSurfaceArea)
          .toBe(row[`specificSurfaceArea${phase}`]);
      }
    }
  });

  it('[law] smooth interfaces: with level sets M is that of the row', async () => {
    const { study, table: { rows: [row] } } = await studied({
      ...CHI2, transport: { interface: 'smooth' },
      plan: { kind: 'grid', vary: { alpha: [0.25] }, hold: { lambda: 1.5 } },
    });
    const spec = await structureOfRow(study, String(row.id));
    expect(spec).not.toHaveProperty('levelSets');
    const session = await testSession({ threads: 1 });
    const structure = await generate(session, { ...spec, levelSets: true } as typeof spec);
    const { mFactor: found } = await conduct(session, structure, {
      phase: 2, interface: 'smooth', levelSet: phaseLevelSet(structure, 2),
    });
    expect(found).toBe(row.mFactor2);
  });

  it('what is no row of a model is told with what to do', async () => {
    const open = (settings: Record<string, unknown>): Promise<Study> =>
      openStudy(parseStudySpec({ name: 'rows', size: 20, ...settings }), memoryStore(), { version: VERSION });
    const plain = await open({ ...CHI2, plan: { kind: 'grid', vary: { alpha: [0.25] }, hold: { lambda: 1.5 } } });
    await expect(structureOfRow(plain, 'grid/p2/0')).rejects.toThrow(
      'structureOfRow: the study has no row "grid/p2/0"; take one of the column id of its table, such as "grid/p1/0"',
    );
    const added = await open({
      ...CHI2, additive: { into: 3, label: 4 }, plan: { kind: 'grid', vary: { additiveContent: [0.05] } },
      structure: { model: 'chi2', parameters: { alpha: 0.3, lambda: 1 } },
    });
    await expect(structureOfRow(added, 'grid/p1/0')).rejects.toThrow(/grid\/p1\/0 has a phase added inside/);
    const none = await open({
      ...CHI2, plan: { kind: 'grid', targets: { volumeFraction2: [0.5], specificSurfaceArea2: [1e4] } },
    });
    await expect(structureOfRow(none, 'grid/p1/0')).rejects.toThrow(/there is no structure of grid\/p1\/0: \S/);
  });
});
