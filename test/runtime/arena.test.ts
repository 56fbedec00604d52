// The arena's bookkeeping.
import { describe, expect, it } from 'vitest';
import { Arena } from '../../src/runtime/arena.js';
import { leaseFootprint } from '../../src/runtime/plan.js';

describe('the arena', () => {
  it('[exact] what is trimmed off the newest lease is free, and counts for no peak', () => {
    const arena = new Arena();
    const first = arena.lease('first', 1000);
    const second = arena.lease('second', 100_000);
    expect(arena.trim(second, 500)).toEqual({ ...second, bytes: 500 });
    expect(arena.usedBytes).toBe(leaseFootprint(1000) + leaseFootprint(500));
    expect(arena.peakBytes).toBe(arena.usedBytes);
    const third = arena.lease('third', 64);
    expect(third.ptr).toBe(second.ptr + leaseFootprint(500));
    arena.releaseTo(1);
    expect(arena.usedBytes).toBe(leaseFootprint(1000));
    // A peak that was there before stays.
    const peak = arena.peakBytes;
    arena.trim(arena.lease('fourth', 300), 100);
    expect(arena.peakBytes).toBe(peak);
    arena.trim(arena.lease('fifth', 300), 100);
    expect(() => arena.trim(first, 10)).toThrow('only the newest lease is trimmed');
    const last = arena.lease('last', 10);
    expect(() => arena.trim(last, 20)).toThrow('not to more than it has: "last"');
  });
});
