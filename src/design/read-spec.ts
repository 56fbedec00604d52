// Design files: YAML (and therefore JSON) with line and column in every complaint.
import { SpecError } from '../core/errors.js';
import { readYaml } from '../study/yaml.js';
import { parseDesignSpec, type DesignSpec } from './spec.js';

/** Reads a design from YAML or JSON text.
 *  @param file name of the file, for messages
 *  @throws SpecError with one line "file:line:column: what is wrong" per problem */
export function readDesignSpec(text: string, file: string): DesignSpec {
  const { value, locate } = readYaml(text, file);
  if (value === null) {
    throw new SpecError(`${file}: is empty; expected a design such as "maximise: mFactor1" and "constraints: [...]"`);
  }
  return parseDesignSpec(value, locate);
}
