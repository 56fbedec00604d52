import { describe, expect, it } from 'vitest';
import { fillOf, lineOf, rgbOf } from '../../src/viewer/colours.js';

describe('colours of labels', () => {
  it('[exact] any label has six digits in CSS, to which an alpha can be added', () => {
    for (let label = 0; label < 256; label++) {
      expect(fillOf(label)).toMatch(/^#[0-9a-f]{6}$/);
      expect(lineOf(label)).toMatch(/^#[0-9a-f]{6}$/);
      expect(rgbOf(label).map((_, k) => parseInt(fillOf(label).slice(1 + 2 * k, 3 + 2 * k), 16))).toEqual(rgbOf(label));
    }
  });
});
