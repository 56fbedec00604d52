import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder, voxelith as run } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);

describe('voxelith calibrate', () => {
  it('[law] image → specification → structure, with a report', async () => {
    await run('generate', '--model', 'chi2', '--set', 'alpha=0.25', '--set', 'lambda=1.5', '--size', '36', '-o', at('image.npy'), '--quiet');
    const { code, stdout } = await run(
      'calibrate', at('image.npy'), '--model', 'chi2', '--draws', '30', '--realisations', '2', '--json', '--report', at('out.html'), '-o', at('calibrated.yaml'),
    );
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as { parameters: Record<string, number>; validation: { quantities: { quantity: string }[] }; intervals: unknown[] };
    expect(Math.abs(found.parameters.alpha - 0.25)).toBeLessThan(0.06);
    expect(found.validation.quantities.map(({ quantity }) => quantity)).toContain('mFactor');
    expect(found.intervals.length).toBe(2);
    const html = readFileSync(at('out.html'), 'utf8');
    expect(html).toContain('Two-point coverage');
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    const drawn = await run('generate', at('calibrated.yaml'), '--size', '16', '-o', at('drawn.npy'), '--json');
    expect(drawn.code).toBe(0);
  });

  it('[law] sections and descriptors; wrong input ends with 2 and says what to do', async () => {
    const section = await run('generate', '--model', 'chi2', '--set', 'alpha=0.25', '--set', 'lambda=1.5', '--size', '100,100,1', '-o', at('section.npy'), '--json');
    expect(section.code).toBe(0);
    const flat = await run('calibrate', at('section.npy'), '--model', 'chi2', '--draws', '30', '--json');
    expect(flat.code).toBe(2);
    expect(flat.stderr).toMatch(/needs a section that contains z/);
    const side = await run('calibrate', at('section.npy'), '--model', 'chi2', '--draws', '30', '--across', 'y', '--json');
    expect(side.code).toBe(0);
    await run('describe', at('image.npy'), '--only', 'volumeFraction,specificSurfaceArea', '--json').then(({ stdout }) => writeFileSync(at('d.json'), stdout));
    const exact = await run('calibrate', at('d.json'), '--model', 'chi2', '--areas', 'lattice', '--json');
    expect(Math.abs((JSON.parse(exact.stdout) as { parameters: Record<string, number> }).parameters.alpha - 0.25)).toBeLessThan(0.05);
    const three = await run('calibrate', at('image.npy'), '--model', 'three-phase', '--json');
    expect(three.code).toBe(2);
    expect(three.stderr).toMatch(/take the model chi2/);
  });
});
