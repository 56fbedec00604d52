// A row of a study as a structure again: what to draw, with its own parameters and random numbers.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import type { StructureSpec } from '../structure/models.js';
import type { PlannedStructure } from './plan.js';
import { planOf } from './plans.js';
import { derivePlan, knownStructures, readRows, type Study } from './study.js';

/** The structure of a row, for `generate` and, as a file, for `voxelith generate`: the labels that the study measured.
 *  @param id as in the column `id` of the table, such as "sobol/p3/0"
 *  @throws SpecError for a row that the study has not, or that no structure has; and where labels come from an image,
 *    or a phase is added inside: no model draws these */
export async function structureOfRow(study: Study, id: string): Promise<StructureSpec> {
  checkArguments('structureOfRow', {
    study: [study, has<Study>('spec', 'specHash', 'version', 'store')], id: [id, 'text'],
  });
  const { spec } = study;
  const known = knownStructures(derivePlan(study, await readRows(study)));
  const found = withId(known, id);
  if (found === null) {
    throw new SpecError(`structureOfRow: the study has no row ${quoted(id)}; take one of the column id of its table, ` +
      `such as ${quoted(known.at(0).id)}`);
  }
  if (found.parameters === null) throw new SpecError(`structureOfRow: there is no structure of ${id}: ${found.reason}`);
  const { structure, additive } = planOf(spec).drawing(spec, found, false);
  if (structure === null || additive !== null) {
    const what = structure === null ? 'is cut from an image' : 'has a phase added inside';
    throw new SpecError(`structureOfRow: ${id} ${what}, so that no specification of a model draws it; `
      + 'evaluateStructure draws and measures it');
  }
  return Object.fromEntries(Object.entries(structure).filter(([key]) => key !== 'levelSets')) as StructureSpec;
}

/** Not by a list of them all: a study may have a million. */
function withId(structures: Iterable<PlannedStructure>, id: string): PlannedStructure | null {
  for (const structure of structures) if (structure.id === id) return structure;
  return null;
}
