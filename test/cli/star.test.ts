import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStarParticles } from '../../src/grains/star-file.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);

describe('voxelith star', () => {
  it('[law] image to particles, table, drawing and M of its level set', async () => {
    const image = at('spheres.npy');
    await voxelith(
      'generate', '--model', 'spheres', '--size', '40', '--voxel-size', '0.5um', '--set', 'arrangement=bcc',
      '--set', 'volumeFraction=0.4', '-o', image,
    );
    const made = await voxelith(
      'star', image, '--phase', '2', '-o', at('p.json'), '--table', at('p.csv'), '--draw', at('again.npy'), '--json',
    );
    expect([made.code, made.stderr]).toEqual([0, '']);
    const result = JSON.parse(made.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({ degree: 10, particles: 9, notStarShaped: 0, cut: 8, touching: 0 });
    const particles = parseStarParticles('p.json', readFileSync(at('p.json'), 'utf8'));
    expect(particles.voxelSizeUm).toEqual([0.5, 0.5, 0.5]);
    expect(readFileSync(at('p.csv'), 'utf8').split('\n')).toHaveLength(11);
    const drawn = await voxelith(
      'star', at('p.json'), '--draw', at('fine.npy'), '--voxel-size', '250nm', '--level-set', '--numbers', '--json',
    );
    expect(drawn.code).toBe(0);
    expect(JSON.parse(drawn.stdout)).toMatchObject({ drawn: { shape: [80, 80, 80], voxelSizeUm: 0.25 } });
    const { drawn: { volumeFractions } } = JSON.parse(drawn.stdout) as { drawn: { volumeFractions: number[] } };
    expect(Math.abs(volumeFractions[2] / 0.4 - 1)).toBeLessThan(0.03);
    expect(existsSync(at('fine-grains.npy'))).toBe(true);
    const conducted = await voxelith(
      'conduct', at('fine.npy'), '--phase', '3', '--interface', 'smooth', '--json',
    );
    expect(conducted.code).toBe(0);
    const solid = await voxelith(
      'conduct', at('fine.npy'), '--phase', '2', '--interface', 'smooth', '--level-set', at('fine-level-2.npy'),
      '--json',
    );
    expect(JSON.parse(solid.stdout)).toMatchObject({ interface: 'smooth', mFactor: 0 });
    const odd = await voxelith('star', at('fine-level-2.npy'), '-o', at('q.json'));
    expect([odd.code, existsSync(at('q.json'))]).toEqual([2, false]);
    expect(odd.stderr).toMatch(/^error: .*numbers of grains must be whole, voxel \d+ holds .*\n$/);
    writeFileSync(at('cut.json'), readFileSync(at('p.json'), 'utf8').slice(0, 900));
    await expectRefused('star', [
      [[at('p.json')], /expected --draw FILE or --table FILE, found neither/],
      [[at('p.json'), '--overlap', '4', '--draw', at('x.npy')], /holds particles already/],
      [[at('cut.json'), '--draw', at('x.npy')], /is no JSON, or cut off/],
      [[image, '--size', '3'], /--size goes with --draw/],
      [[image, '--dynamics', '3'], /--dynamics goes with --phase/],
      [[image, '--degree', '21'], /degree must be a whole number from 0 to 20/],
      [[image, '-o', at('x.npy')], /a name that ends in \.json/],
      [[at('p.json'), '--table', at('y.csv'), '-o', at('p.json')], /would replace the input/],
      [[image, '--phase', '9'], /label 9 does not occur/],
    ]);
  });
});
