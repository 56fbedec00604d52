// Order of a page of the reference, as a plugin of TypeDoc: members stay in the order of the source, where one explains
// the next, and what a page has is in the order of its names, by which it is looked up. Types that the package does not
// export by themselves come last. `parts.json` in the working directory names them by page.
import { readFileSync } from 'node:fs';

const TITLE = 'Parts of these';
const AFTER_ALL = -10_000;

export function load(app) {
  app.converter.on('resolveEnd', ({ project }) => {
    const parts = JSON.parse(readFileSync('parts.json', 'utf8'));
    for (const page of project.children) {
      const isPart = ({ name }) => parts[page.name].includes(name);
      const [{ constructor: Group }] = page.groups;
      const last = new Group(TITLE, page);
      last.children = page.groups.flatMap(({ children }) => children.filter(isPart));
      for (const group of page.groups) group.children = group.children.filter((child) => !isPart(child));
      page.groups = [...page.groups, last].filter(({ children }) => children.length > 0);
      for (const { children } of page.groups) children.sort((a, b) => (a.name < b.name ? -1 : 1));
    }
  }, AFTER_ALL);
}
