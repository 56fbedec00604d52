import { chordLengths, chordLengthsPlan, type ChordLengths } from '../chord-lengths.js';
import { byAxis, type Descriptor } from '../descriptor.js';
import { perAxis } from '../quantity.js';
import { DEFAULT_MAX_LAG } from '../two-point-coverage.js';

/** Up to the longest chord. */
function trimmed({ whole, cut, length }: ChordLengths): { length: number[]; whole: number[]; cut: number[] } {
  let end = length.length;
  while (end > 1 && whole[end - 1] + cut[end - 1] === 0) end--;
  return {
    length: Array.from(length.slice(1, end)), whole: Array.from(whole.slice(1, end)),
    cut: Array.from(cut.slice(1, end)),
  };
}

export const chordLengthDescriptor: Descriptor = {
  name: 'chordLength',
  also: ['linealPath'],
  axial: true,
  title: 'chord lengths of each phase along the axes and lineal-path function',
  source: 'runs of voxels along lines (Lu and Torquato 1992, Phys. Rev. A 45:922)',
  onRequest: true,
  plan: chordLengthsPlan,
  async fill({ session, volume, request: { phases, axes, maxLag }, result }, run) {
    const found = await chordLengths(session, volume, { phases, axes }, run);
    phases.forEach((phase, p) => {
      const of = (k: number): ChordLengths => found[p * axes.length + k];
      result.phases[phase].chordLength = byAxis(axes, (_, k) => ({
        mean: of(k).meanLength, meanWhole: of(k).meanWholeLength, ...trimmed(of(k)),
      }));
      result.phases[phase].linealPath = byAxis(axes, (_, k) => {
        const { length, linealPath } = of(k);
        const lags = Math.min(linealPath.length, 1 + (maxLag ?? Math.min(linealPath.length >> 1, DEFAULT_MAX_LAG)));
        return { lag: Array.from(length.slice(0, lags)), probability: Array.from(linealPath.slice(0, lags)) };
      });
    });
  },
  quantities: [
    perAxis('meanChordLength', 'mean chord length', 'length', (phase) => phase.chordLength, (found) => found.mean),
    perAxis(
      'meanWholeChordLength', 'mean length of whole chords', 'length', (phase) => phase.chordLength,
      (found) => found.meanWhole,
    ),
  ],
};
