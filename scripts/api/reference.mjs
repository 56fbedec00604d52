// Reference of the public API as Markdown, a page per room: build/api/*.md, by TypeDoc from the docstrings. Types that
// exports name and nobody exports are on the pages, too: a result is not explained by the names of its parts.
// `npm run api`
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ENTRIES, exportsOf, makeProgram, partsOf, ROOT } from './exports.mjs';

/** Heavy, and for this alone: not among the package's own tools. */
const TOOLS = ['typedoc@0.28.20', 'typedoc-plugin-markdown@4.14.1', 'typescript@6.0.3'];
const OUT = join(ROOT, 'build/api');
const PAGES = join(ROOT, 'build/api-pages');

/** What each room is to a reader, in the order of work. */
const ROOMS = {
  runtime: ['sessions', 'Sessions: memory, threads, progress, cancelling.'],
  core: ['values', 'Volumes, grids, phases, tables and errors: what every function takes and gives.'],
  structure: ['structures', 'Models, their parameters, drawing, and what holds for them in closed form.'],
  io: ['files', 'Voxel files and tables, from bytes and to bytes.'],
  image: ['images', 'From grey slices to labels: filters, thresholds, cleaning, simulated scans.'],
  warnings: ['warnings', 'What speaks against labels and thresholds.'],
  descriptors: ['descriptors', 'Numbers of a microstructure, one function per descriptor.'],
  grains: ['grains', 'Grains as star-shaped particles.'],
  transport: ['transport', 'Effective conductivity, tortuosity factors, tensors, bounds, error bars.'],
  measure: ['measure', 'One image as one row: descriptors and conduction of every phase.'],
  networks: ['networks', 'Phases added inside others, and series of contents.'],
  percolation: ['percolation', 'Spanning, thresholds, and what networks are good for.'],
  resolved: ['electrodes', 'Electrodes on the voxels of their image: resistance and discharge.'],
  cell: ['cells', 'Homogenised cells, under `cells`: discharge, impedance, closed forms.'],
  calibration: ['calibration', 'Model parameters from images, sections and descriptors.'],
  discretisation: ['discretisation', 'What numbers owe to voxels and to the window.'],
  capacity: ['capacity', 'Memory that operations need, and the largest cube that fits.'],
  study: ['studies', 'Structures by the thousand as one table, on one machine or many.'],
  regression: ['laws', 'Formulas between descriptors and conductivity: fits, intervals, comparisons.'],
  sensitivity: ['sensitivity', 'Effects and indices from tables of studies.'],
  design: ['design', 'Parameters for what a structure shall have.'],
  numeric: ['numbers', 'Samples, harmonics, Gaussian processes.'],
  kernels: ['kernels', 'Types of what kernels count.'],
  report: ['reports', 'Results as self-contained HTML pages, and their figures.'],
  viewer: ['viewer', '`voxelith/viewer`: pictures of voxels and charts in pages.'],
};

/** What a reader looks for first comes first. */
const GROUPS = ['Functions', 'Classes', 'Interfaces', 'Type Aliases', 'Variables'];

/** What several entries have under one name. */
const SAME_NAMES = {
  'src/browser.ts:openSession': 'openSessionInBrowsers', 'src/inline.ts:openSession': 'openSessionInline',
};

const program = makeProgram();
const found = Object.values(ENTRIES).flatMap((entry) => exportsOf(program, entry));
const parts = partsOf(program)
  .filter(({ declaration }) => ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export);
const unplaced = [...found, ...parts].filter(({ room }) => ROOMS[room] === undefined);
if (unplaced.length > 0) throw new Error(`api: no page for ${unplaced.map(({ name, room }) => `${room}: ${name}`)}`);

rmSync(OUT, { recursive: true, force: true });
rmSync(PAGES, { recursive: true, force: true });
mkdirSync(PAGES, { recursive: true });
for (const [room, [page, about]] of Object.entries(ROOMS)) {
  const lines = [...found, ...parts].filter((one) => one.room === room).map(({ name, own, source }) => {
    const from = JSON.stringify(relative(PAGES, join(ROOT, source)).replace(/\.ts$/, '.js'));
    const shown = SAME_NAMES[`${source}:${name}`] ?? name;
    if (own.startsWith('"')) return `export * from ${from};`;
    return `export { ${own === shown ? own : `${own} as ${shown}`} } from ${from};`;
  });
  writeFileSync(join(PAGES, `${page}.ts`), `/** ${about} @module */\n${[...new Set(lines)].join('\n')}\n`);
}
writeFileSync(join(PAGES, 'parts.json'), JSON.stringify(Object.fromEntries(Object.entries(ROOMS).map(
  ([room, [page]]) => [page, parts.filter((one) => one.room === room).map(({ name }) => name)],
))));
writeFileSync(join(PAGES, 'tsconfig.json'), JSON.stringify({
  extends: '../../tsconfig.json',
  compilerOptions: { isolatedModules: false, verbatimModuleSyntax: false, rootDir: '../..' },
  include: ['*.ts', '../../src/*.d.ts'],
}));

const packages = TOOLS.flatMap((tool) => ['--package', tool]);
const bin = execFileSync('npx', ['--yes', ...packages, '--', 'which', 'typedoc'], { encoding: 'utf8' }).trim();
const modules = dirname(dirname(dirname(realpathSync(bin))));
execFileSync(process.execPath, [
  join(modules, 'typedoc/bin/typedoc'), '--plugin', join(modules, 'typedoc-plugin-markdown/dist/index.js'),
  '--plugin', fileURLToPath(new URL('order.mjs', import.meta.url)),
  '--tsconfig', join(PAGES, 'tsconfig.json'), '--out', OUT, '--readme', 'none', '--router', 'module',
  '--excludeInternal', '--excludeExternals', '--disableSources', '--disableGit',
  '--hidePageHeader', '--hideBreadcrumbs', '--useCodeBlocks',
  '--parametersFormat', 'table', '--interfacePropertiesFormat', 'table', '--propertyMembersFormat', 'table',
  '--typeDeclarationFormat', 'table', '--classPropertiesFormat', 'table', '--typeAliasPropertiesFormat', 'table',
  '--sort', 'source-order', ...GROUPS.flatMap((group) => ['--groupOrder', group]),
  '--tableColumnSettings', '{"hideModifiers":true,"hideInherited":true}',
  '--logLevel', 'Error', '--name', 'API',
  ...Object.values(ROOMS).map(([page]) => join(PAGES, `${page}.ts`)),
], { cwd: PAGES, stdio: 'inherit' });
mendAnchors();
writeFileSync(join(OUT, 'README.md'), [
  '# API reference', '',
  'What the package exports, by what it is for. Lengths, axes and labels are as [conventions](../docs/conventions.md)',
  'say; every operation takes a [session](sessions.md) first. `XOptions` are what a function takes by name, and',
  '`X_DEFAULTS` are their defaults; an unknown name is an error. `xPlan` is the memory that an operation needs. [A],',
  '[B] and [C] are [papers](../docs/conventions.md#papers).', '',
  'Import from `voxelith`, in Node and in browsers. `voxelith/pipeline` is a part of it for pages (open, draw,',
  'describe, solve), `voxelith/inline` has its files inside, `voxelith/viewer` shows structures. "Parts of these" at',
  'the end of a page are types of results and options without an import of their own:',
  '`ConductOptions[\'conductivity\']`.', '',
  '| page | |', '|---|---|',
  ...Object.values(ROOMS).map(([page, about]) => `| [${page}](${page}.md) | ${about} |`), '',
].join('\n'));

/** A type and a function whose names differ by their case alone: TypeDoc counts such headings otherwise than readers of
 *  Markdown do. Links to the type lead to its heading. */
function mendAnchors() {
  for (const [page] of Object.values(ROOMS)) {
    const file = join(OUT, `${page}.md`);
    const text = readFileSync(file, 'utf8');
    const headings = [...text.matchAll(/^#+ (\w+)(\(\))?$/gm)].map(([, name]) => name);
    writeFileSync(file, text.replace(/\[`(\w+)`\]\(#(\w+)-\d+\)/g, (link, name, slug) => {
      const alike = headings.filter((one) => one.toLowerCase() === slug);
      const at = alike.indexOf(name);
      return at < 0 ? link : `[\`${name}\`](#${slug}${at === 0 ? '' : `-${at}`})`;
    }));
  }
}
