// The paper's study on record: tables and figures of docs/published.md, from the tables of examples/paper-results.
//   npm run published
import { writeParts } from '../page.js';
import { writeFigures } from './figures.js';
import { marksOf, pageParts } from './parts.js';
import { lawsOfWindows } from './tables.js';

const windows = lawsOfWindows();
writeParts('docs/published.md', [...pageParts(windows)].map(([name, text]) => (
  { ...marksOf(name), text: `\n${text()}\n` }
)));
writeFigures(windows);
