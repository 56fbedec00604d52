// What the descriptor table promises: whatever stands in it can be a column of a study, a gradient, an axis of the
// report.
import { describe, expect, it } from 'vitest';
import { describe as describeImage, describeRow } from '../../src/descriptors/describe.js';
import { columnName } from '../../src/descriptors/description.js';
import { DESCRIPTORS, descriptorOf, QUANTITIES } from '../../src/descriptors/descriptor-table.js';
import {
  axisLabel, axisTitle, fullTitle, perVoxel, phaseColumn, quantityKey, unitText,
} from '../../src/descriptors/quantity.js';
import { fitLaw, PREDICTORS } from '../../src/regression/index.js';
import { studyReport } from '../../src/report/index.js';
import {
  columnsOf, DESCRIBED, isColumn, splitColumn, STUDY_QUANTITIES, studyColumns,
} from '../../src/study/columns.js';
import { drawingOf, evaluateStructure } from '../../src/study/evaluate.js';
import type { PlannedStructure } from '../../src/study/plan.js';
import { planRound1 } from '../../src/study/plans.js';
import { paper, type PaperStructure } from '../../src/study/plans/paper.js';
import { studyHash } from '../../src/study/spec.js';
import { paperStudy } from './paper.js';
import { studyTable } from '../../src/study/table.js';
import { generate } from '../../src/structure/generate.js';
import { testSession } from '../session.js';

const everything = (changes: Record<string, unknown> = {}) => paperStudy({
  scenarios: ['bm01', 'bm03'], t: [0.5], size: 20, phases: [1, 2, 3], descriptors: DESCRIBED,
  gradient: { realisations: 1 },
  steps: { descriptors: DESCRIBED }, ...changes,
});
const planned = (structures: readonly PlannedStructure[]): PlannedStructure =>
  structures.find(({ conduct }) => conduct)!;

describe('quantities of the descriptor table', () => {
  it('[law] each has a name of its own, a title, an axis and a unit', () => {
    const keys = STUDY_QUANTITIES.map(quantityKey);
    expect(new Set(keys).size).toBe(keys.length);
    for (const quantity of STUDY_QUANTITIES) {
      expect(quantityKey(quantity)).toMatch(/^[a-z][A-Za-z0-9]*[a-z](In\d+)?$/);
      expect(quantity.title).toMatch(/^\S.*\S$/);
      expect(fullTitle(quantity)).toContain(quantity.title);
      expect(axisTitle(quantity).startsWith(fullTitle(quantity))).toBe(true);
      expect(axisLabel(quantity).endsWith(unitText(quantity.unit))).toBe(true);
    }
    for (const descriptor of DESCRIPTORS) {
      for (const quantity of descriptor.quantities) expect(descriptorOf(quantity)).toBe(descriptor);
    }
  });

  it('[law] a column says which quantity and phase it holds', () => {
    for (const phase of [1, 26, 255]) {
      for (const quantity of STUDY_QUANTITIES) {
        const [column] = columnsOf([phase], [quantityKey(quantity)]);
        expect(isColumn(column)).toBe(true);
        expect(splitColumn(column)).toEqual({ quantity, phase });
      }
    }
    expect(['volumeFraction', 'volumeFractionX1', 'componentCount1In7', 'Fraction1'].filter(isColumn)).toEqual([]);
  });

  it('[exact] units as text, and from µm to voxels of 0.2 µm', () => {
    const units = ['none', 'length', 'perLength', 'perArea', 'perVolume'] as const;
    expect(units.map((unit) => unitText(unit))).toEqual(['', 'µm', 'µm⁻¹', 'µm⁻²', 'µm⁻³']);
    expect(units.map((unit) => unitText(unit, false))).toEqual(['', 'voxels', 'voxel⁻¹', 'voxel⁻²', 'voxel⁻³']);
    expect(units.map((unit) => perVoxel(unit, 0.2))).toEqual([1, 5, 0.2, 0.2 * 0.2, 0.2 * 0.2 * 0.2]);
  });

  it('[law] what laws are fitted to are quantities of the table, by the same symbol and title, without unit', () => {
    for (const { column, symbol, title } of PREDICTORS) {
      expect(QUANTITIES.find((quantity) => quantityKey(quantity) === column))
        .toMatchObject({ symbol, title, unit: 'none' });
    }
  });
});

describe('studies of every quantity', () => {
  it('[law] a structure has the values that describe gives, along the axis of the study', async () => {
    const session = await testSession();
    for (const axis of ['z', 'x'] as const) {
      const spec = everything({ axis, constrictivity: { from: 'high' } });
      const structure = planned(planRound1(spec));
      const { values } = await evaluateStructure(session, spec, structure);
      const volume = await generate(session, drawingOf(spec, structure).structure!);
      const options = { axes: [axis], only: DESCRIPTORS.map(({ name }) => name) };
      const low = describeRow(await describeImage(session, volume, options));
      const high = describeRow(await describeImage(session, volume, { ...options, from: 'high' }));
      for (const column of studyColumns(spec, false)) {
        const { quantity: { name, suffix, unit }, phase } = splitColumn(column);
        const row = descriptorOf({ name, suffix }).name === 'constrictivity' ? high : low;
        const along = `${phaseColumn({ name, suffix }, phase)}${axis === 'x' ? 'AlongX' : ''}`;
        const expected = row[columnName({ name: along, unit }, true)] ?? row[columnName({ name: column, unit }, true)];
        expect(expected, column).not.toBeUndefined();
        expect(values[column], column).toBe(expected === null ? null : Number(expected));
      }
      expect(values.mFactor1).toBeGreaterThan(0);
    }
  });

  it('[law] a phase that does not occur: 0 or no value, and the reason once', async () => {
    const session = await testSession();
    const spec = everything();
    const structure = planned(planRound1(spec));
    const parameters = { ...structure.parameters!, lambdaX: 23 };
    const { values, problems } = await evaluateStructure(session, spec, { ...structure, parameters });
    for (const quantity of QUANTITIES) expect(values[phaseColumn(quantity, 1)]).toBe(quantity.absent);
    expect(values.mFactor1).toBe(0);
    expect(problems.filter((text) => text.includes('phase 1 does not occur'))).toHaveLength(1);
  });

  it('[law] every column is in the table, in the order of the file, and followed by gradients per voxel', () => {
    const reversed = [...DESCRIBED].reverse();
    const spec = everything({ descriptors: reversed });
    const structure = planned(planRound1(spec));
    const values = Object.fromEntries(studyColumns(spec, true).map((column, i) => [column, i]));
    const { columns } = studyTable(spec, [{ structure, row: { values, problems: [] } as never }]);
    expect(columns.filter(isColumn)).toEqual(columnsOf([1, 2, 3], [...reversed, 'mFactor']));
    const gradients = paper.gradients!(spec, (one) => {
      const moved = (one as PaperStructure).perturbed === null ? 0 : 1;
      return Object.fromEntries(studyColumns(spec, false).map((column) => [column, moved]));
    });
    expect(gradients.map(({ descriptor }) => descriptor)).toEqual(spec.steps.descriptors);
    expect(new Set(spec.steps.descriptors)).toEqual(new Set(studyColumns(spec, false)));
    for (const { descriptor, gradient } of gradients) {
      const unit = perVoxel(splitColumn(descriptor).quantity.unit, spec.voxelSizeUm);
      gradient!.forEach((slope) => expect(slope).toBe(unit / spec.gradient.delta));
    }
  });

  it('[law] the report shows a distribution of every column that the table holds', async () => {
    const columns = columnsOf([1, 2], [...DESCRIBED, 'mFactor']);
    const table = Array.from({ length: 12 }, (_, i) => ({
      family: 'stepped', ...Object.fromEntries(columns.map((column, j) => [column, 0.5 + ((i * (j + 3)) % 7) / 20])),
    }));
    const html = studyReport({
      title: 't', window: [8, 8, 8], voxelSizeUm: 0.2, table, law: fitLaw(table, { randomStarts: 0, formulas: ['M1'] }),
      slices: [],
      reproducibility: [],
    });
    const [shown] = html.slice(html.indexOf('id="distributions"')).split('</section>');
    expect(shown.match(/<figure>/g)).toHaveLength(columns.length);
    for (const quantity of STUDY_QUANTITIES) {
      expect(shown).toContain(`SE ${fullTitle(quantity)}`);
      expect(shown).toContain(`>${axisLabel(quantity)}<`);
    }
  });

  it('[law] the list of [A] is the default, and its names in a file make no other study', () => {
    const names = [
      'volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'stdGeodesicTortuosity', 'constrictivity',
    ];
    expect(studyColumns(paperStudy({}), true))
      .toEqual([1, 2].flatMap((phase) => [...names, 'mFactor'].map((name) => name + phase)));
    expect(studyHash(paperStudy({ descriptors: names }))).toBe(studyHash(paperStudy({})));
    // Hashes of studies made before the setting was there hold.
    expect(paperStudy({})).not.toHaveProperty('descriptors');
    expect(studyHash(paperStudy({ descriptors: [...names, 'bulgeRadius'] }))).not.toBe(
      studyHash(paperStudy({})),
    );
    // Steps follow what is there.
    expect(paperStudy({ descriptors: ['volumeFraction', 'bulgeRadius'] }).steps.descriptors)
      .toEqual(['volumeFraction1', 'volumeFraction2']);
    expect(() => paperStudy({ descriptors: ['bulgRadius'] }))
      .toThrow(/descriptors\[0\] must be one of .* did you mean "bulgeRadius"/);
    expect(() => paperStudy({ descriptors: ['volumeFraction'], steps: { descriptors: ['constrictivity1'] } }))
      .toThrow(/must be one of volumeFraction1, volumeFraction2, got "constrictivity1"/);
  });
});
