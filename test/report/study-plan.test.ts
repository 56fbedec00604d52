// What a study report says of its plan.
import { expect, it } from 'vitest';
import { coverageSection, gradientSection } from '../../src/report/study-plan.js';

const row = (volumeFraction1: number, specificSurfaceArea1: number, family = 'sobol') =>
  ({ family, volumeFraction1, specificSurfaceArea1 });

it('[exact] the corners of a square are one range apart; rows without a value are no places', () => {
  const corners = [row(0.2, 1), row(0.4, 1), row(0.2, 3), row(0.4, 3), row(NaN, 2)];
  const html = coverageSection(corners);
  expect(html).toContain('ranges of 2 quantities a structure is 1.00 from its nearest neighbour on average, 1.00 at');
  expect(html).toContain('(4 structures)');
  expect(html.match(/class="train p1"/g)).toHaveLength(4);
  expect(coverageSection([...corners, row(0.3, 2, 'other')])).toContain('0.707');
  expect(coverageSection([{ family: 'x', mFactor1: 1 }])).toBe('');
});

it('[exact] gradients: a mark for each point and parameter, and the parameter that is followed most', () => {
  const html = gradientSection({
    parameters: ['alpha', 'lambda'],
    gradients: [
      { point: 0, descriptor: 'volumeFraction2', gradient: [0.5, -2], realisations: 1 },
      { point: 1, descriptor: 'volumeFraction2', gradient: [0.5, -4], realisations: 1 },
      { point: 2, descriptor: 'volumeFraction2', gradient: null, realisations: 0 },
    ],
  });
  expect(html.match(/class="train p2"/g)).toHaveLength(4);
  expect(html).toMatch(/follows lambda most: [-−]3.00 on average over 2 points/);
  expect(gradientSection({ parameters: [], gradients: [] })).toBe('');
});
