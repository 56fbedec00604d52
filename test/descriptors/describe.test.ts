import { describe as suite, expect, it } from 'vitest';
import { CapacityError, SpecError } from '../../src/core/errors.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { describe, describePlan, describeRow } from '../../src/descriptors/describe.js';
import { DESCRIPTORS, QUANTITIES } from '../../src/descriptors/descriptor-table.js';
import { components } from '../../src/descriptors/components.js';
import { activeInterface } from '../../src/descriptors/connectivity.js';
import { constrictivity, constrictivityPlan } from '../../src/descriptors/constrictivity.js';
import { geodesicTortuosity } from '../../src/descriptors/geodesic-tortuosity.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import { peakBytes } from '../../src/runtime/plan.js';
import type { Progress } from '../../src/runtime/session.js';
import { randomLabels } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const shape: Shape = [18, 22, 20];
const volume: LabelVolume = {
  labels: randomLabels(shape, { 1: 0.45, 2: 0.45, 3: 0.1 }, 4, 3), shape, voxelSizeUm: [0.2, 0.2, 0.2],
};

suite('describe', async () => {
  const session = await testSession();

  it('[law] says what the single descriptors say, for every phase', async () => {
    const found = await describe(session, volume);
    expect(found).toMatchObject({ shape, voxelSizeUm: 0.2 });
    expect(Object.keys(found.phases)).toEqual(['1', '2', '3']);
    const areas = await surfaceAreas(session, volume);
    for (const phase of [1, 2, 3]) {
      const { volumeFraction, specificSurfaceArea, geodesicTortuosity: paths, constrictivity: necks } =
        found.phases[phase];
      expect(volumeFraction).toBe(volume.labels.filter((label) => label === phase).length / voxelCount(shape));
      expect(specificSurfaceArea).toBe(areas.phases.find((one) => one.phase === phase)!.specificSurfaceArea);
      const { histogram: _, ...tortuosity } = await geodesicTortuosity(session, volume, { phase });
      expect(paths).toEqual({ z: tortuosity });
      const { axis: __, ...beta } = await constrictivity(session, volume, { phase });
      expect(necks).toEqual({ z: beta });
    }
    expect(found.interfaceAreas)
      .toEqual(Object.fromEntries(areas.interfaces.map(({ phases, area }) => [phases.join('-'), area])));
    for (const phase of [1, 2, 3]) {
      for (const neighbourhood of [6, 18, 26] as const) {
        const { count, largestFraction, percolates, percolatingFraction, connectedFraction } =
          await components(session, volume, { phase, neighbourhood });
        expect(found.phases[phase].components![neighbourhood])
          .toEqual({ count, largestFraction, percolates, percolatingFraction });
        if (neighbourhood === 6) expect(found.phases[phase].utilisation).toEqual({ z: connectedFraction.z });
      }
    }
    const roles = { electronic: 2, ionic: 1, collector: 'high' } as const;
    expect(found.activeInterface).toEqual({ z: { ...roles, ...(await activeInterface(session, volume, roles)) } });
    expect(found).not.toHaveProperty('skipped');
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('[law] same bits for 1, 2, 3 and 7 threads, everything asked for', async () => {
    const options = { axes: 'all', curves: true, histograms: true, only: DESCRIPTORS.map(({ name }) => name) } as const;
    const [one, ...others] = await forEachThreadCount((threads) => describe(threads, volume, options));
    for (const other of others) expect(other).toEqual(one);
    for (const axis of ['z', 'y', 'x'] as const) {
      expect(one.phases[2].geodesicTortuosity![axis]!.histogram!.counts.length).toBeGreaterThan(0);
      expect(one.phases[2].constrictivity![axis]!.curves!.radius.length).toBeGreaterThan(0);
      expect(one.phases[2].profiles![axis]).toHaveLength(shape[{ z: 0, y: 1, x: 2 }[axis]]);
    }
  });

  it('does only what is asked, for the phases and axes asked', async () => {
    const stages: Progress[] = [];
    const found = await describe(
      session, volume, { only: ['geodesicTortuosity'], phases: [2], axes: ['x'], from: 'high' },
      { onProgress: (p) => void stages.push(p) },
    );
    const { histogram: _, ...tortuosity } =
      await geodesicTortuosity(session, volume, { phase: 2, axis: 'x', from: 'high' });
    expect(found).toEqual({ shape, voxelSizeUm: 0.2, phases: { 2: { geodesicTortuosity: { x: tortuosity } } } });
    for (const { operation, stage } of stages) {
      expect([operation, stage]).toEqual(['describe', expect.stringMatching(/^1 of 1, geodesicTortuosity: /)]);
    }
  });

  it('flattens to a row with the unit in the column', async () => {
    const row = describeRow(await describe(session, volume, { axes: ['z', 'x'] }));
    expect(Object.keys(row)).toEqual(expect.arrayContaining([
      'volumeFraction1', 'specificSurfaceArea2PerUm', 'interfaceArea1-2PerUm', 'meanGeodesicTortuosity1',
      'stdGeodesicTortuosity1AlongX',
      'reachableFraction3', 'componentCount1', 'largestFraction2In26', 'percolates3In18AlongX',
      'percolatingFraction1AlongX', 'contactDiameterUm', 'triplePhaseBoundary1-2-3PerUm2', 'eulerNumber2In26',
      'eulerDensity1PerUm3', 'meanCurvatureDensity3PerUm2', 'utilisationFromLow1', 'activeInterfaceAreaPerUm',
      'bottleneckRadius1Um', 'bulgeRadius1AlongXUm', 'constrictivity2',
    ]));
    for (const value of Object.values(row)) {
      expect(['number', 'boolean', 'null']).toContain(value === null ? 'null' : typeof value);
    }
    const unknown = describeRow(await describe(session, { ...volume, voxelSizeUm: null }));
    expect(unknown['bulgeRadius1Voxels'] as number).toBeCloseTo((row['bulgeRadius1Um'] as number) / 0.2, 9);
    expect(unknown).toHaveProperty('specificSurfaceArea1PerVoxel');
  });

  it('leaves out what the image does not admit and says so; refuses when it was asked for by name', async () => {
    const flat = { ...volume, voxelSizeUm: [0.4, 0.2, 0.2] as const };
    const found = await describe(session, flat);
    expect(found.skipped).toBeUndefined();
    expect(found.phases[1].constrictivity!.z!.bulgeRadius).toBeGreaterThanOrEqual(0.2);
    expect(found.phases[1].geodesicTortuosity!.z!.mean).toBeGreaterThan(1);
    const pair = { ...volume, labels: volume.labels.map((label) => Math.max(2, label)) };
    await expect(describe(session, pair, { only: ['triplePhaseBoundary'] })).rejects.toThrow(
      /triplePhaseBoundary needs 3 to 8 phases/,
    );
    const two = await describe(session, { ...volume, labels: volume.labels.map((label) => Math.max(2, label)) });
    expect(two.skipped).toEqual({
      activeInterface: expect.stringContaining('needs the phases 1 (SE) and 2 (AM)'),
      contactDiameter: expect.stringContaining('needs the phases 1 (SE) and 2 (AM)'),
      triplePhaseBoundary: expect.stringContaining('needs 3 to 8 phases'),
    });
  });

  it('what more is asked for is skipped where the image does not admit it, ' +
      'and needs no naming of the rest', async () => {
    const nine = { ...volume, labels: volume.labels.map((_, i) => 1 + (i % 9)) };
    const found = await describe(session, nine, { more: ['twoPoint', 'chordLength'] });
    expect(found.skipped?.twoPoint).toMatch(/8 phases at most, these are 9/);
    expect(found.phases[9].chordLength).toBeDefined();
    await expect(describe(session, nine, { only: ['twoPoint'] })).rejects.toThrow(/8 phases at most/);
    await expect(describe(session, nine, { only: ['components'], more: ['twoPoint'] })).rejects.toThrow(
      /"more" goes without "only"/,
    );
  });

  it('one voxel, one plane, one phase', async () => {
    for (const size of [[1, 1, 1], [1, 6, 7], [5, 1, 4]] as Shape[]) {
      const full = { labels: new Uint8Array(voxelCount(size)).fill(5), shape: size, voxelSizeUm: null };
      const { phases } = await describe(session, full);
      expect(phases[5]).toMatchObject({ volumeFraction: 1, specificSurfaceArea: 0 });
      expect(phases[5].geodesicTortuosity?.z?.mean).toBe(size[0] === 1 ? undefined : 1);
    }
  });

  it('[law] a section says nothing along the axis that it is one voxel thick in, and the same as ever along the others',
    async () => {
      const [ny, nx] = [14, 17];
      const labels = randomLabels([1, ny, nx], { 1: 0.5, 2: 0.3, 3: 0.2 }, 5, 1);
      const more = ['twoPoint', 'chordLength', 'profiles', 'openingSizes'];
      const section = await describe(session, { labels, shape: [1, ny, nx], voxelSizeUm: null }, { axes: 'all', more });
      // The same section standing upright.
      const upright = await describe(session, { labels, shape: [ny, 1, nx], voxelSizeUm: null }, { axes: 'all', more });
      const [lying, standing] = [section, upright].map((found) => describeRow(found));
      const along = (name: string): boolean => !/Along[XY]/.test(name) &&
        QUANTITIES.some((one) => one.axes(upright.phases[1]).includes('x') && name.startsWith(one.name));
      expect(Object.entries(lying).filter(([name, value]) => along(name) && value !== null)).toEqual([]);
      const alongY = Object.entries(lying).filter(([name]) => /AlongY/.test(name) && lying[name] !== null);
      expect(alongY.length).toBeGreaterThan(20);
      for (const [name, value] of alongY) expect(standing[name.replace('AlongY', '')]).toBeCloseTo(value as number, 12);
      for (const { geodesicTortuosity, components, profiles } of Object.values(section.phases)) {
        expect(Object.keys(geodesicTortuosity!)).toEqual(['y', 'x']);
        expect(components![26].percolates).toEqual({ z: null, y: expect.any(Boolean), x: expect.any(Boolean) });
        expect(Object.keys(profiles!)).toEqual(['y', 'x']);
      }
      expect(section.skipped).toMatchObject({ geodesicTortuosity: 'along z, where the image is one voxel thick' });
      const named = await describe(session, { labels, shape: [1, ny, nx], voxelSizeUm: null }, { only: ['twoPoint'] });
      expect(named.phases[1]).toEqual({});
    });

  it('bad input is one clear line', async () => {
    await expect(describe(session, volume, { only: ['tortuosity'] })).rejects.toThrow(
      /called "tortuosity"; there are volumeFraction, .*geodesicTortuosity/,
    );
    await expect(describe(session, volume, { only: [] })).rejects.toThrow(/names nothing/);
    await expect(describe(session, volume, { phases: [9] })).rejects.toThrow(/label 9 does not occur/);
    await expect(describe(session, volume, { phases: [] })).rejects.toThrow(/phases is empty/);
    await expect(describe(session, volume, { axes: ['w'] as never })).rejects.toThrow(
      /axis must be x, y or z, got "w"/,
    );
    await expect(describe(session, volume, { axes: [] })).rejects.toThrow(/axes is empty/);
    await expect(describe(session, volume, { from: 'top' as never })).rejects.toThrow(
      /from must be "low" or "high", got "top"/,
    );
    await expect(describe(session, volume, { only: ['nothing'] })).rejects.toThrow(SpecError);
  });

  it('[law] the plan bounds the memory, and too little is refused before any work', async () => {
    const small = await testSession({ memoryBytes: 2 ** 20 });
    const large = { labels: new Uint8Array(128 ** 3).fill(1), shape: [128, 128, 128] as const, voxelSizeUm: null };
    const stages: Progress[] = [];
    await expect(describe(small, large, {}, { onProgress: (p) => void stages.push(p) })).rejects.toThrow(CapacityError);
    expect(stages).toEqual([]);
    expect(describePlan([64, 64, 64], 2, { only: ['constrictivity'] }, [0.1, 0.2, 0.2]).then)
      .toEqual([constrictivityPlan([64, 64, 64], 2, [0.1, 0.2, 0.2])]);
    expect(peakBytes(describePlan(shape, 2, { only: ['volumeFraction'] })))
      .toBeLessThan(peakBytes(describePlan(shape, 2)));
  });

  it('[law] cancels between and inside descriptors', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(describe(session, volume, {}, { signal: controller.signal })).rejects.toMatchObject(
      { name: 'AbortError' },
    );
    expect((await describe(session, volume, { only: ['volumeFraction'] })).phases[1].volumeFraction).toBeGreaterThan(0);
  });
});
