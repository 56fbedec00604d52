import { describe, expect, it } from 'vitest';
import { philox, streamKey } from '../../src/numeric/philox.js';
import { portableCubeRoot, portableExponential, portableLogarithm } from '../../src/numeric/portable.js';
import { uniform } from '../random.js';
import { testSession } from '../session.js';

describe('functions with the same bits everywhere', () => {
  it('[oracle] logarithm, exponential and cube root are those of Math to 16 digits', () => {
    const random = uniform(3);
    for (let k = 0; k < 3000; k++) {
      const x = random() ** (1 + (k % 9));
      expect(Math.abs(portableLogarithm(x) - Math.log(x))).toBeLessThan(1e-15 * (1 + Math.abs(Math.log(x))));
      const y = 1400 * random() - 700;
      expect(Math.abs(portableExponential(y) / Math.exp(y) - 1)).toBeLessThan(1e-15 * (1 + Math.abs(y)));
      expect(Math.abs(portableCubeRoot(100 * x) / Math.cbrt(100 * x) - 1)).toBeLessThan(1e-15);
    }
    expect([portableLogarithm(1), portableExponential(0)]).toEqual([0, 1]);
  });
});

describe('random numbers of the host', () => {
  it('[published] Philox4x32-10: known answers of Random123', () => {
    // kat_vectors of the Random123 distribution (Salmon et al. 2011): counter, key, block.
    const vectors: [readonly [number, number, number, number], readonly [number, number], number[]][] = [
      [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
      [
        [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff],
        [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
      ],
      [
        [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
        [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
      ],
    ];
    const block = new Uint32Array(4);
    for (const [counter, key, expected] of vectors) {
      philox(block, ...counter, ...key);
      expect([...block]).toEqual(expected);
    }
  });

  it('[exact] blocks are those of the core, for any counter', async () => {
    const random = uniform(8);
    const counters = Uint32Array.from({ length: 4 * 512 }, () => random() * 2 ** 32);
    const key = streamKey({ seed: 2 ** 40 + 5, scenario: 3, realisation: 9 });
    const session = await testSession();
    const leases = [
      { name: 'out', bytes: counters.byteLength }, { name: 'counters', bytes: counters.byteLength },
      { name: 'scratch', bytes: 128 },
    ];
    const words = await session.run('philox', { leases }, 0, {}, async (frame) => {
      const [blocks, input, scratch] = leases.map((lease) => frame.lease(lease.name, lease.bytes));
      await frame.write(input, counters);
      const [key0, key1] = key;
      await frame.call('philoxBlocks', {
        blocks, counters: input, scratch, count: counters.length / 4, key0, key1, gaussian: false,
      });
      return frame.read(blocks, Uint32Array);
    });
    const block = new Uint32Array(4);
    for (let i = 0; i < counters.length; i += 4) {
      philox(block, counters[i], counters[i + 1], counters[i + 2], counters[i + 3], ...key);
      expect([...block]).toEqual([...words.subarray(i, i + 4)]);
    }
  });
});
