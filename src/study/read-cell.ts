// The section `cell` of a study file.
import { CHEMISTRIES } from '../cell/chemistries/index.js';
import { FROM_IMAGE_DEFAULTS } from '../cell/file/from-image.js';
import type { Checker } from '../core/check.js';
import { lengthUm } from '../core/lengths.js';
import { AM, SE, type Phase } from '../core/volume.js';
import type { StudyCell } from './cell-columns.js';

const KEYS = ['chemistry', 'rates', ...Object.keys(FROM_IMAGE_DEFAULTS)];

/** Far beyond what any cell gives, and slower than any is charged. */
const RATE = { min: 1e-4, max: 1e3 };

/** Reads the section; what is wrong in it is noted with its place. */
export function readStudyCell(check: Checker, value: unknown, phases: readonly Phase[]): StudyCell {
  const map = check.mapping(value, ['cell'], KEYS) ?? {};
  const names = CHEMISTRIES.map(({ name }) => name);
  const length = (key: 'radiusUm' | 'thicknessUm'): number | null =>
    (map[key] === null || map[key] === undefined ? FROM_IMAGE_DEFAULTS[key]
      : check.number(lengthUm(map[key]), ['cell', key], { above: 0 }, 1));
  for (const key of ['chemistry', 'rates']) {
    if (map[key] === undefined) {
      check.fail(['cell'], `cell needs ${key}, such as "cell: {chemistry: ${names[0]}, rates: [0.1, 0.5, 1]}"`);
    }
  }
  if (!phases.includes(SE) || !phases.includes(AM)) {
    check.fail(['cell'], `cell needs M of SE (${SE}) and AM (${AM}); phases are only ${phases.join(', ')}`);
  }
  return {
    chemistry: check.choice(map.chemistry, ['cell', 'chemistry'], names, names[0]),
    rates: check.list(
      map.rates, ['cell', 'rates'], 1, (item, path) => check.number(item, path, RATE, 1), [],
    ),
    radiusUm: length('radiusUm'),
    area: check.choice<'spheres' | 'image'>(
      map.area, ['cell', 'area'], ['spheres', 'image'], FROM_IMAGE_DEFAULTS.area,
    ),
    thicknessUm: length('thicknessUm'),
  };
}
