// Charts of src/report as files of their own, for the pages in docs/.
import { writeFileSync } from 'node:fs';
import { standaloneSvg } from '../src/report/standalone.js';

export { panels } from '../src/report/standalone.js';

export function writeFigure(file: string, svg: string): void {
  writeFileSync(file, standaloneSvg(svg));
}
