import { describe, expect, it } from 'vitest';
import { STRUCTURE_MODELS } from '../../src/structure/models.js';
import type { Parameter } from '../../src/structure/model.js';
import type { Setting } from '../../src/structure/settings.js';
import { unitOfSetting } from '../../src/structure/unit-of-setting.js';

describe('units of the numbers of models', () => {
  it('[law] a number whose meaning speaks of voxels, µm or g/cm³ has that unit, any other none', () => {
    const SPOKEN: readonly (readonly [RegExp, string])[] =
      [[/per voxel/, 'voxel⁻¹'], [/µm \(voxels/, 'µm'], [/g\/cm³/, 'g/cm³'], [/, voxels$/, 'voxel'], [/(?:)/, '1']];
    const numbers = STRUCTURE_MODELS.flatMap(({ parameters, settings }) => [
      ...Object.entries<Setting & Partial<Parameter>>(parameters),
      ...Object.entries(settings as unknown as Readonly<Record<string, Setting>>),
    ]).filter(([name, { range }]) => range !== undefined && name !== 'voxelSizeUm');
    expect(numbers.length).toBeGreaterThan(30);
    for (const [name, setting] of numbers) {
      const [, unit] = SPOKEN.find(([words]) => words.test(setting.meaning))!;
      expect([name, setting.meaning, unitOfSetting(setting)]).toEqual([name, setting.meaning, unit]);
    }
  });
});
