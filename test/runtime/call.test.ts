import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';
import binaryen from 'binaryen';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ARENA_START, CALL_RECORD, CALL_RECORD_BYTES, CONTROL_LINE, CONTROL_WORK, FACE_LAW_BYTES, ISLANDS_BYTES, LEVEL_BYTES,
  MAX_ISLAND_SETS, MAX_THREADS, PARTS_HEAD,
} from '../../assembly/layout.js';
import { abiPage, PAGE, readKernels } from '../../scripts/abi.mjs';
import { compileWide } from '../../scripts/core64.mjs';
import { KERNELS, LAYOUTS, RECORDS } from '../../src/runtime/abi.js';
import { encodeCall, recordLayout, within } from '../../src/runtime/call.js';
import type { WorkerReply } from '../../src/runtime/protocol.js';
import { VERSION } from '../../src/core/version.js';
import { createWorkerHandler } from '../../src/runtime/worker.js';

const core = new URL('../../dist/core.wasm', import.meta.url);
type Kinds = Parameters<typeof recordLayout>[0];
const place = { name: 'a lease', ptr: ARENA_START };

/** What AssemblyScript makes of a source that lies in assembly/. */
async function exportsOf(source: string): Promise<Record<string, () => number>> {
  let binary: Uint8Array<ArrayBuffer> | null = null;
  const flags = ['--runtime', 'stub', '--enable', 'simd', '--enable', 'threads', '--importMemory', '--sharedMemory'];
  const { error } = await asc.main(
    [
      'assembly/probe-of-records.ts', '--outFile', 'records.wasm', ...flags, '--initialMemory', '2', '--maximumMemory',
      '8',
    ],
    {
      stderr: { write: () => undefined },
      readFile: async (name) =>
        (name.endsWith('probe-of-records.ts') ? source : readFile(name, 'utf8').catch(() => null)),
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = Uint8Array.from(contents as Uint8Array);
      },
    },
  );
  if (error !== null || binary === null) throw error ?? new Error('nothing was compiled');
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 8, shared: true });
  const abort = (): void => undefined;
  const { instance } = await WebAssembly.instantiate(binary as Uint8Array<ArrayBuffer>, { env: { memory, abort } });
  return instance.exports as Record<string, () => number>;
}

/** The same with 64-bit addresses: what its functions return is constant, and read from their bodies, so that no engine
 *  needs to know such memories. */
function wideConstantsOf(source: string): Record<string, () => number> {
  const probe = 'assembly/probe-of-records.ts';
  const module = compileWide([probe], (file) =>
    (file === probe ? source : existsSync(file) ? readFileSync(file, 'utf8') : null));
  const valueOf = (name: string): number => {
    const { body } = binaryen.getFunctionInfo(module.getFunction(binaryen.getExportInfo(module.getExport(name)).value));
    const { value } = binaryen.getExpressionInfo(body) as unknown as { value: number | bigint };
    return Number(value);
  };
  return new Proxy({}, { get: (_, name) => () => valueOf(String(name)) });
}

describe('the ABI page', () => {
  it('[oracle] is what the signatures in assembly/ say', async () => {
    expect(await readFile(PAGE, 'utf8')).toBe(abiPage());
  });

  describe('beside the compiled core', () => {
    let exports: Record<string, (...args: number[]) => number>;
    beforeAll(async () => {
      const module = await WebAssembly.compile(await readFile(core));
      const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true });
      exports = (await WebAssembly.instantiate(module, { env: { memory } })).exports as typeof exports;
    });

    it('[oracle] has the same kernels', () => {
      expect(Object.keys(KERNELS)).toEqual(Object.keys(exports).sort());
    });

    it('[oracle] has as many arguments as each function takes after thread and threads', () => {
      const counts = Object.entries(KERNELS).map(([name, fields]) =>
        [name, RECORDS.includes(name) ? 1 : Object.keys(fields).length]);
      expect(counts).toEqual(Object.keys(KERNELS).map((name) => [name, exports[name].length - 2]));
    });
  });

  it('[oracle] lays records out as the compiler does', async () => {
    const records = readKernels().flatMap(({ record, file, fields, layouts }) => [
      ...(record === null ? [] : [{ name: record, file, fields }]), ...layouts,
    ]);
    const unique = [...new Map(records.map((each) => [each.name, each])).values()];
    const source = unique.map(({ name, file, fields }) => [
      `import { ${name} } from '${file.replace('assembly/', './').replace('.ts', '')}';`,
      ...fields.map(([field]) => `export function ${name}_${field}(): usize { return offsetof<${name}>('${field}'); }`),
      `export function ${name}_(): usize { return offsetof<${name}>(); }`,
    ].join('\n')).join('\n');
    expect(unique.length).toBeGreaterThan(10);
    for (const [addressBytes, offsets] of [[4, await exportsOf(source)], [8, wideConstantsOf(source)]] as const) {
      for (const { name, fields } of unique) {
        const layout = recordLayout(fields.map(([, kind]) => kind) as unknown as Kinds, addressBytes);
        const compiled = fields.map(([field]) => offsets[`${name}_${field}`]());
        expect({ offsets: compiled, bytes: offsets[`${name}_`]() }, name).toEqual(layout);
      }
    }
  });

  it('[law] records in memory fit the room that layout.ts gives them, whatever the width of addresses', () => {
    const room = {
      Level: LEVEL_BYTES, PartsRecord: PARTS_HEAD, Islands: ISLANDS_BYTES - 4 * (MAX_ISLAND_SETS + 1),
      FaceLaw: FACE_LAW_BYTES,
    };
    for (const [name, fields] of Object.entries(LAYOUTS)) {
      const { bytes } = recordLayout(Object.values(fields) as unknown as Kinds, 8);
      expect(bytes, name).toBeLessThanOrEqual(room[name as keyof typeof LAYOUTS]);
    }
  });

  it('[law] records fit their place in the control page, behind the counters of the last thread', () => {
    expect(CALL_RECORD).toBeGreaterThanOrEqual(CONTROL_WORK + MAX_THREADS * CONTROL_LINE);
    expect(CALL_RECORD + CALL_RECORD_BYTES).toBeLessThanOrEqual(ARENA_START);
    for (const { record, fields } of readKernels()) {
      const { bytes } = recordLayout(fields.map(([, kind]) => kind) as unknown as Kinds, 8);
      if (record !== null) expect(bytes).toBeLessThanOrEqual(CALL_RECORD_BYTES);
    }
  });
});

describe('a call', () => {
  const values = { bits: place, labels: within(place, 64), phase: 2, rows: 12, nx: 5, words: 1 };

  it('[exact] goes out in the order of the signature, whatever the order of the names', () => {
    const turned = Object.fromEntries(Object.entries(values).reverse());
    expect(encodeCall('bitsOfPhase', turned, 4).args).toEqual([ARENA_START, ARENA_START + 64, 2, 12, 5, 1]);
  });

  it('[exact] has 64-bit addresses as BigInt, beyond 4 GiB too, and counts as they were', () => {
    const high = { ...values, bits: { name: 'a high lease', ptr: 5 * 2 ** 32 + 64 } };
    expect(encodeCall('bitsOfPhase', high, 8).args).toEqual([21474836544n, BigInt(ARENA_START + 64), 2, 12, 5, 1]);
  });

  it.each([
    ['a missing argument', { ...values, words: undefined }, /bitsOfPhase: "words" must be of kind i32, got undefined/],
    ['an argument left out', (({ words: _, ...rest }) => rest)(values), /bitsOfPhase: the argument "words" is missing/],
    ['an unknown name', { ...values, word: 1 }, /bitsOfPhase: has no argument "word"; it takes bits, labels, phase/],
    ['a number for an address', { ...values, bits: 4096 }, /"bits" must be of kind pointer, got 4096/],
    ['no place for an address', { ...values, bits: null }, /"bits" must be of kind pointer, got null/],
    ['a fraction for a count', { ...values, nx: 2.5 }, /"nx" must be of kind i32, got 2.5/],
    ['NaN for a count', { ...values, nx: NaN }, /"nx" must be of kind i32, got NaN/],
  ])('refuses %s before anything runs', (_, given, message) => {
    expect(() => encodeCall('bitsOfPhase', given, 4)).toThrow(message);
  });

  it('refuses a kernel that the core does not have', () => {
    expect(() => encodeCall('constructor', {}, 4)).toThrow(/no kernel "constructor"/);
  });

  it('[law] a worker refuses a number of arguments that the function does not take', async () => {
    const replies: WorkerReply[] = [];
    const handle = createWorkerHandler((reply) => replies.push(reply));
    const module = await WebAssembly.compile(await readFile(core));
    handle({ type: 'init', module, memory: null, initialPages: 16, addressBytes: 4 });
    await expect.poll(() => replies).toMatchObject([{ type: 'ready', version: VERSION }]);
    const call = { type: 'call', job: 1, kernel: 'componentsNumber', thread: 0, threads: 1 } as const;
    handle({ ...call, args: [ARENA_START, ARENA_START] });
    handle({ ...call, args: [ARENA_START, ARENA_START, 0, 0] });
    const message = (n: number): string => `it takes 3 arguments after thread and threads, got ${n}`;
    expect(replies.slice(1)).toEqual([2, 4].map((n) => ({ type: 'failed', job: 1, message: message(n) })));
    handle({ ...call, args: [ARENA_START, ARENA_START, 0] });
    expect(replies.at(-1)).toEqual({ type: 'done', job: 1, status: 0 });
  });
});
