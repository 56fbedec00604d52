// A made-up study for report tests: nothing of it is simulated, and nothing of it ships.
import { fitLaw } from '../../src/regression/index.js';
import { sliceOf, type StudyReportData } from '../../src/report/index.js';
import { studyTable } from '../regression/cathodes.js';
import { uniform } from '../random.js';

/** Blobs: thresholded sums of random cosines, so that slices look like structures. */
function blobs(n: number, seed: number): Uint8Array {
  const random = uniform(seed);
  const modes = Array.from({ length: 60 }, () => [random() - 0.5, random() - 0.5, random() * 6.28].map((v, i) => (i < 2 ? v * 0.55 : v)));
  const field = (from: number, x: number, y: number) => modes.slice(from, from + 30).reduce((sum, [kx, ky, phase]) => sum + Math.cos(kx * x + ky * y + phase), 0);
  return Uint8Array.from({ length: n * n }, (_, i) => {
    const [x, y] = [i % n, Math.floor(i / n)];
    return field(0, x, y) > 0.3 ? 1 : field(30, x, y) > -4 ? 2 : 3;
  });
}

export function syntheticStudy(count = 165, edge = 128): StudyReportData {
  const table = studyTable(count, 2026, 0.035).map((row, i): Record<string, unknown> => ({
    id: `s${i}`, family: i < 15 ? 'interpolation' : 'step', ...row,
    specificSurfaceArea1: 0.3 + row.volumeFraction1 * 1.6 - 0.2 * row.constrictivity1, specificSurfaceArea2: 2.2 - 2.2 * row.volumeFraction2,
    ...(i === 20 ? { mFactor1: 0, constrictivity1: NaN } : {}),
  }));
  return {
    title: 'Structure-property law of solid-state cathodes, laptop study',
    window: [edge, edge, edge],
    voxelSizeUm: 0.2,
    table,
    law: fitLaw(table, { randomStarts: 1 }),
    slices: ['BM01', 'BM03', 'BM10'].map((name, i) => sliceOf(
      { labels: blobs(edge, i + 1), shape: [1, edge, edge], voxelSizeUm: [0.2, 0.2, 0.2] }, 'z', name, `plane z = 64, ε_SE ${(0.46 - 0.06 * i).toFixed(2)}`)),
    reproducibility: [
      { label: 'specification', value: 'sha256 4f1c0a55d1e2' }, { label: 'seed', value: '1' }, { label: 'version', value: 'voxelith 0.1.0' },
      { label: 'threads', value: '2' }, { label: 'machine', value: 'x64, 2 cores <test> & "quotes"' }, { label: 'date', value: '2026-11-21T05:00:00Z' },
    ],
  };
}
