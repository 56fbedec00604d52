// Titles of all decisions, for the page that lists them.
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('../docs/decisions/', import.meta.url);

export default {
  load: () => readdirSync(folder).filter((name) => /^\d{4}-.*\.md$/.test(name)).toSorted().map((name) => ({
    title: /^# (.*)$/m.exec(readFileSync(new URL(name, folder), 'utf8'))[1],
    file: name.replace(/md$/, 'html'),
  })),
};
