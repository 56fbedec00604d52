import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packed, unpacked } from '../../src/io/packed.js';

const round = (value: unknown): unknown => unpacked('file', 'thing', packed(value));

describe('packed values', () => {
  it('[law] come back with their bits', () => {
    const array = fc.oneof(
      fc.array(fc.double()).map((values) => Float64Array.from(values)),
      fc.array(fc.float()).map((values) => Float32Array.from(values)),
      fc.array(fc.nat()).map((values) => Uint32Array.from(values)),
      fc.array(fc.nat(255)).map((values) => Uint8Array.from(values)),
    );
    const leaf = fc.oneof(array, fc.double(), fc.string(), fc.boolean(), fc.constant(null));
    const name = fc.string().filter((text) => !text.startsWith('$') && text !== '__proto__' && text !== 'toJSON');
    fc.assert(fc.property(fc.dictionary(name, fc.oneof(leaf, fc.array(leaf))), (value) => {
      expect(round({ ...value })).toStrictEqual({ ...value });
    }));
  });

  it('[law] any damaged byte, or an end that is missing, is told', () => {
    const bytes = packed({ a: [1, NaN], b: Float64Array.of(1, 2, 3) });
    for (let at = 0; at < bytes.length; at++) {
      const damaged = (change: number): Uint8Array => bytes.map((byte, k) => (k === at ? byte ^ change : byte));
      for (const wrong of [...Array.from({ length: 255 }, (_, k) => damaged(k + 1)), bytes.slice(0, at)]) {
        expect(() => unpacked('run.part', 'checkpoint', wrong)).toThrow(/^run.part: is .*remove it/);
      }
    }
  });
});
