// Direction numbers against SciPy's, which come from the same published file.
import { expect, it } from 'vitest';
import { MAX_SOBOL_DIMENSIONS, sobolSequence } from '../../src/numeric/sobol.js';
import { pythonWith } from './python.js';

const python = pythonWith(['json', 'sys', 'scipy.stats']);

it.skipIf(python === null)('[oracle] every coordinate is that of SciPy\'s qmc.Sobol', () => {
  const script = `
points = scipy.stats.qmc.Sobol(int(sys.argv[1]), scramble=False, bits=32).random(1000)
print(json.dumps(points.tolist()))`;
  const points = [...sobolSequence({ dimensions: MAX_SOBOL_DIMENSIONS, count: 1000 })].map((point) => [...point]);
  expect(points).toEqual(python!(script, String(MAX_SOBOL_DIMENSIONS)));
});
