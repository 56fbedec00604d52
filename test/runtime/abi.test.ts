import { readFile } from 'node:fs/promises';
import { instantiate } from '@assemblyscript/loader';
import { describe, expect, it } from 'vitest';
import { ARENA_START, STATUS_OK } from '../../assembly/layout.js';

describe('the core as AssemblyScript\'s own loader sees it', () => {
  it('[oracle] sums without the session: one thread, memory of its own', async () => {
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true });
    const { exports } =
      await instantiate(await readFile(new URL('../../dist/core.wasm', import.meta.url)), { env: { memory } });
    const kernel = exports.probeSum as (...args: number[]) => number;
    const values = Float32Array.from({ length: 12 }, (_, i) => i + 0.5);
    const [total, sums, x] = [ARENA_START, ARENA_START + 64, ARENA_START + 128];
    new Float32Array(memory.buffer, x, 12).set(values);
    expect(kernel(0, 1, total, sums, x, 3, 4, 1)).toBe(STATUS_OK);
    expect(new Float64Array(memory.buffer, total, 1)[0]).toBe(72);
    expect([...new Float64Array(memory.buffer, sums, 3)]).toEqual([8, 24, 40]);
  });

  it('exports functions only: no memory, no table, no mutable state for others to touch', async () => {
    const module = await WebAssembly.compile(await readFile(new URL('../../dist/core.wasm', import.meta.url)));
    expect(WebAssembly.Module.exports(module).filter((entry) => entry.kind !== 'function')).toEqual([]);
    expect(WebAssembly.Module.imports(module).map((entry) => `${entry.module}.${entry.name}`)).toEqual(['env.memory']);
  });
});
