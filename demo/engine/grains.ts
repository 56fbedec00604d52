// Grains of a phase of the present structure.
import { grainSizes, grainTable, grainWarnings, segmentGrains } from '../../src/browser.js';
import type { Grains, GrainsChoice } from '../protocol.js';
import { sha256, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

export async function grains(state: State, choice: GrainsChoice, run: TaskRun): Promise<Grains> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const { session, structure: { volume } } = state;
  const step = stepsOf(run, 2);
  const found = await step('watershed', (more) => segmentGrains(session, volume, choice, more));
  const table = await step('measuring grains', (more) => grainTable(session, volume, found, {}, more));
  const { numbers, count, basins } = found;
  const { equivalentDiameter, touchesWindow } = table;
  return {
    numbers, sha256: await sha256(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)),
    count, basins, equivalentDiameter, touchesWindow,
    sizes: grainSizes(table), sizesInside: grainSizes(table, { window: 'leaveOut' }),
    warnings: grainWarnings(found, table),
  };
}
