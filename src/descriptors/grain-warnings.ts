// What speaks against taking the grains of a watershed for particles.
import { checkArguments, has } from '../core/arguments.js';
import type { GrainTable } from './grain-table.js';
import type { GrainImage } from './grains.js';

/** Sentences: the phase is one grain, or most grains are cut by the window. */
export function grainWarnings(
  grains: Pick<GrainImage, 'count' | 'basins'>, table: Pick<GrainTable, 'touchesWindow'>,
): string[] {
  checkArguments('grainWarnings', {
    grains: [grains, has<typeof grains>('count', 'basins')], table: [table, has<typeof table>('touchesWindow')],
  });
  const { count, basins } = grains;
  const cut = table.touchesWindow.filter(Boolean).length;
  if (count === 1) {
    return [
      `the phase is one grain${basins > 1 ? ` of ${basins} basins; a smaller dynamics or a larger ratio parts more ` +
        'of them' : ': its distance map has one maximum'}`,
    ];
  }
  return cut > 0.5 * count
    ? [`${cut} of ${count} grains lie at the window's faces and may go on beyond; a larger window cuts fewer`] : [];
}
