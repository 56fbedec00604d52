// Study files: YAML (and therefore JSON) with line and column in every complaint.
import { SpecError } from '../core/errors.js';
import { parseStudySpec, type StudySpec } from './spec.js';
import { readYaml } from './yaml.js';

/** Reads a study from YAML or JSON text.
 *  @param file name of the file, for messages.
 *  @throws SpecError with one line "file:line:column: what is wrong" per problem. */
export function readStudySpec(text: string, file: string): StudySpec {
  const { value, locate } = readYaml(text, file);
  const empty = value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  if (empty) throw new SpecError(`${file}: is empty; expected a study such as "name: mine" and "size: 128"`);
  return parseStudySpec(value, locate);
}
