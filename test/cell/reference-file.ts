// The reference half-cell S2 as its file has it.
import { readFileSync } from 'node:fs';
import { readYaml } from '../../src/study/yaml.js';

const path = new URL('../../examples/cells/s2.yaml', import.meta.url);
export const referenceFile: unknown = readYaml(readFileSync(path, 'utf8'), 's2.yaml').value;
