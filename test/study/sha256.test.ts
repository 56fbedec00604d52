import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson, differences, hashOf } from '../../src/study/canonical.js';
import { sha256 } from '../../src/study/sha256.js';

describe('sha256', () => {
  it('[published] FIPS 180-4 examples', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('[oracle] equals Node for every length around the block borders', () => {
    for (let length = 0; length < 200; length++) {
      const text = 'µ'.repeat(length >> 2) + 'x'.repeat(length);
      expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }
  });
});

describe('canonical JSON', () => {
  it('[law] does not depend on the order of keys; does on values', () => {
    expect(hashOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(hashOf({ b: { d: null, c: [1, 2] }, a: 1 }));
    expect(hashOf({ a: [1, 2] })).not.toBe(hashOf({ a: [2, 1] }));
    expect(canonicalJson({ z: 0.1, a: 'x', gone: undefined })).toBe('{"a":"x","z":0.1}');
  });

  it('shows every leaf that differs', () => {
    const before = { size: [96, 96, 96], steps: { h: [0.1] }, scenarios: [{ name: 'a', n: 2 }] };
    const after = { size: [128, 96, 96], steps: { h: [0.1] }, scenarios: [{ name: 'a', n: 3 }], axis: 'z' };
    expect(differences(before, after)).toEqual([
      'size: [96,96,96] → [128,96,96]', 'scenarios.0.n: 2 → 3', 'axis: absent → "z"',
    ]);
  });
});
