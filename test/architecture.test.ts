// Who may import whom. Reads the sources with TypeScript's own parser, so that comments and strings do not count.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly dynamic: boolean;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/'));
}

/** The file that a local specifier names; host sources end in .js, those of assembly/ in nothing. */
function sourceOf(file: string, specifier: string): string {
  return `${normalize(join(dirname(file), specifier)).replace(/\.js$/, '').replaceAll('\\', '/')}.ts`;
}

function importsOf(file: string): Import[] {
  const tree = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const found: Import[] = [];
  const add = (specifier: ts.Expression | undefined, dynamic: boolean, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const local = specifier.text.startsWith('.');
    const to = local ? sourceOf(file, specifier.text) : specifier.text;
    found.push({ from: file, to, dynamic, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, false, node.importClause?.isTypeOnly ?? false);
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, false, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], true, false);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal as ts.Expression, true, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const files = sources('src');
const imports = files.flatMap(importsOf);
/** What rollup puts into the inline entry: core and worker as text, no package. */
const INLINE_ASSETS = 'virtual:inline-assets';
/** And into the viewer: the style sheet of uPlot as text. */
const PLOT_STYLES = 'virtual:plot-styles';
const isLocal = (to: string): boolean => to.startsWith('src/') || to.startsWith('assembly/');

/** What each folder of src may import; the entries (index, node, browser, inline) may import every library folder. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  core: [],
  numeric: ['core'],
  regression: ['numeric', 'core'],
  runtime: ['numeric', 'core'],
  io: ['numeric', 'core'],
  warnings: ['numeric', 'core'],
  kernels: ['runtime', 'numeric', 'core'],
  image: ['warnings', 'io', 'kernels', 'runtime', 'numeric', 'core'],
  descriptors: ['warnings', 'kernels', 'runtime', 'numeric', 'core'],
  transport: ['image', 'descriptors', 'warnings', 'kernels', 'runtime', 'numeric', 'core'],
  structure: ['image', 'descriptors', 'warnings', 'kernels', 'runtime', 'numeric', 'core'],
  grains: ['descriptors', 'warnings', 'kernels', 'runtime', 'numeric', 'core'],
  networks: ['transport', 'image', 'descriptors', 'warnings', 'kernels', 'runtime', 'numeric', 'core'],
  calibration: [
    'transport', 'structure', 'image', 'descriptors', 'regression', 'kernels', 'runtime', 'numeric', 'core',
  ],
  cell: ['numeric', 'core'],
  resolved: [
    'cell', 'grains', 'transport', 'structure', 'image', 'descriptors', 'warnings', 'kernels', 'runtime', 'numeric',
    'core',
  ],
  measure: ['transport', 'image', 'descriptors', 'warnings', 'kernels', 'runtime', 'numeric', 'core'],
  capacity: [
    'percolation', 'networks', 'structure', 'image', 'descriptors', 'transport', 'kernels', 'runtime', 'numeric',
    'core',
  ],
  study: [
    'networks', 'structure', 'image', 'descriptors', 'transport', 'cell', 'io', 'regression', 'kernels', 'runtime',
    'numeric', 'core',
  ],
  design: [
    'study', 'networks', 'structure', 'image', 'descriptors', 'transport', 'cell', 'io', 'regression', 'kernels',
    'runtime', 'numeric', 'core',
  ],
  sensitivity: ['study', 'structure', 'descriptors', 'numeric', 'core'],
  discretisation: [
    'study', 'structure', 'image', 'descriptors', 'transport', 'warnings', 'io', 'kernels', 'runtime', 'numeric',
    'core',
  ],
  percolation: [
    'study', 'networks', 'structure', 'image', 'descriptors', 'transport', 'io', 'regression', 'kernels', 'runtime',
    'numeric', 'core',
  ],
  report: [
    'resolved', 'sensitivity', 'discretisation', 'percolation', 'networks', 'measure', 'study', 'design', 'calibration',
    'structure', 'image', 'descriptors', 'transport', 'cell', 'io', 'regression', 'kernels', 'runtime', 'numeric',
    'core',
  ],
  viewer: ['report', 'structure', 'image', 'descriptors', 'transport', 'runtime', 'io', 'numeric', 'core'],
  cli: [
    'report', 'resolved', 'grains', 'sensitivity', 'discretisation', 'percolation', 'networks', 'measure', 'capacity',
    'design', 'study', 'calibration', 'structure', 'image', 'descriptors', 'transport', 'cell', 'warnings', 'io',
    'regression', 'kernels', 'runtime', 'numeric', 'core',
  ],
};
/** The same for assembly/; its entry index.ts may import every folder, and every folder core and layout.ts. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  electrode: [],
  fields: [],
  grains: [],
  image: ['morphology'],
  measures: [],
  morphology: [],
  networks: [],
  paths: [],
  'transport/level': [],
  'transport/faces': [],
  'transport/network': ['transport/level'],
  'transport/blocks': ['transport/level'],
  'transport/parts': ['transport/level'],
  'transport/islands': ['transport/level'],
  'transport/finest': ['transport/blocks', 'transport/parts', 'transport/islands', 'transport/level'],
  'transport/solve': ['transport/finest', 'transport/blocks', 'transport/parts', 'transport/level'],
  'transport/output': ['transport/level'],
};
const ENTRIES = ['src/index.ts', 'src/node.ts', 'src/browser.ts', 'src/pipeline.ts', 'src/inline.ts', 'src/viewer.ts'];
const folderOf = (file: string): string => file.split('/')[1];
const roomOf = (file: string): string => relative('assembly', dirname(file)).replaceAll('\\', '/');

/** A circle among local imports, its first file repeated at its end; null without one. */
function findCircle(edges: readonly Import[]): string[] | null {
  const targets = new Map<string, string[]>();
  for (const { from, to } of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const to of targets.get(file) ?? []) {
      const circle = visit(to, [...path, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of targets.keys()) {
    const circle = visit(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** Files that loading `entry` loads, following static and dynamic imports of values. */
function reachable(entry: string): Set<string> {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { to, typeOnly } of imports.filter(({ from }) => from === file)) if (!typeOnly && isLocal(to)) visit(to);
  };
  visit(entry);
  return seen;
}

describe('architecture', () => {
  it('[exact] a circle is found, and a diamond is none', () => {
    const edges = (...pairs: string[]): Import[] =>
      pairs.map((pair) => ({ from: pair[0], to: pair[1], dynamic: false, typeOnly: false }));
    expect(findCircle(edges('ab', 'ac', 'bd', 'cd'))).toBeNull();
    expect(findCircle(edges('ab', 'bc', 'cd', 'db'))).toEqual(['b', 'c', 'd', 'b']);
    expect(findCircle(edges('aa'))).toEqual(['a', 'a']);
  });

  it('[law] imports point down only', () => {
    const upward = imports.filter(({ from, to }) => {
      if (ENTRIES.includes(from) || !to.startsWith('src/')) return false;
      if (ENTRIES.includes(to)) return folderOf(from) !== 'cli';
      return folderOf(from) !== folderOf(to) && !(BELOW[folderOf(from)] ?? []).includes(folderOf(to));
    });
    expect(upward.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('[law] every folder has its place in the layers', () => {
    const folders = new Set(files.filter((file) => file.split('/').length > 2).map(folderOf));
    expect([...folders].filter((folder) => !(folder in BELOW))).toEqual([]);
  });

  it('[law] no file imports itself through others, but for types', () => {
    expect(findCircle(imports.filter(({ typeOnly }) => !typeOnly))).toBeNull();
    expect(findCircle(sources('assembly').flatMap(importsOf))).toBeNull();
  });

  it('[law] rooms of assembly import only rooms below them', () => {
    const upward = sources('assembly').flatMap(importsOf).filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      if (from === 'assembly/index.ts' || to === 'assembly/layout.ts' || room === other) return false;
      return other !== 'core' && !(ROOMS[room] ?? []).includes(other);
    });
    expect(upward.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
    expect([...new Set(sources('assembly').map(roomOf))].filter((room) => room !== '' && !(room in ROOMS))).toEqual([]);
  });

  it('[law] every local import ends in .js and exists', () => {
    const known = new Set([...files, ...sources('assembly')]);
    expect(imports.filter(({ to }) => isLocal(to) && !known.has(to)).map(({ from, to }) => `${from} → ${to}`))
      .toEqual([]);
  });

  it('[law] assembly/layout.ts is the only file that both languages import, and imports nothing', () => {
    const shared = new Set(imports.filter(({ to }) => to.startsWith('assembly/')).map(({ to }) => to));
    expect([...shared].filter((to) => to !== 'assembly/layout.ts')).toEqual([]);
    expect(importsOf('assembly/layout.ts')).toEqual([]);
    const out = sources('assembly').flatMap(importsOf)
      .filter(({ from, to }) => relative('assembly', to).startsWith('..') && from !== to);
    expect(out.filter(({ to }) => to.startsWith('src/'))).toEqual([]);
  });

  it('[law] the library entries load no npm package; browsers load no Node module', () => {
    for (const entry of ENTRIES.filter((file) => files.includes(file))) {
      const loaded = reachable(entry);
      const outside = imports.filter(({ from, to, typeOnly }) => loaded.has(from) && !typeOnly && !isLocal(to));
      const node = (to: string): boolean => to.startsWith('node:') || builtinModules.includes(to);
      const packages = outside.filter(
        ({ to }) => !node(to) && !(to === INLINE_ASSETS && entry === 'src/inline.ts') &&
          !([PLOT_STYLES, 'uplot'].includes(to) && entry === 'src/viewer.ts'),
      );
      expect(packages.map(({ from, to }) => `${entry}: ${from} → ${to}`)).toEqual([]);
      if (entry !== 'src/node.ts') {
        expect(outside.filter(({ to }) => node(to)).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
      }
    }
  });

  it('[law] npm packages have their places: commander in cli, yaml in the spec readers', () => {
    const allowed: Readonly<Record<string, RegExp>> = {
      commander: /^src\/cli\//,
      yaml: /^src\/(cli|study|design)\//,
      geotiff: /^src\/io\/libraries\.ts$/,
      h5wasm: /^src\/io\/(libraries|hdf5)\.ts$/,
      hyparquet: /^src\/io\/(libraries|parquet-read)\.ts$/,
      'hyparquet/src/column.js': /^src\/io\/libraries\.ts$/,
      'hyparquet-compressors': /^src\/io\/libraries\.ts$/,
      'hyparquet-writer': /^src\/io\/(libraries|parquet)\.ts$/,
      uplot: /^src\/viewer\//,
      zarrita: /^src\/io\/(libraries|zarr-codecs)\.ts$/,
      [INLINE_ASSETS]: /^src\/inline\.ts$/,
      [PLOT_STYLES]: /^src\/viewer\//,
    };
    const packages = imports.filter(({ to }) => !isLocal(to) && !to.startsWith('node:'));
    expect(packages.filter(({ from, to }) => !allowed[to]?.test(from)).map(({ from, to }) => `${from} → ${to}`))
      .toEqual([]);
  });

  it('[law] no function stands twice: bodies of more than 80 characters differ', () => {
    const places = new Map<string, string[]>();
    for (const file of [...files, ...sources('assembly')]) {
      const text = readFileSync(join(root, file), 'utf8');
      const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
      const visit = (node: ts.Node): void => {
        const { body } = node as { body?: ts.Node };
        const own = ts.isFunctionLike(node) && body !== undefined ? body.getText(tree).replace(/\s+/g, ' ') : '';
        if (own.length > 80) places.set(own, [...(places.get(own) ?? []), file]);
        ts.forEachChild(node, visit);
      };
      visit(tree);
    }
    const twice = [...places].filter(([, found]) => found.length > 1);
    expect(twice.map(([text, found]) => `${found.join(', ')}: ${text}`)).toEqual([]);
  });

  it('[law] nothing prints except the command line', () => {
    const printing = files.filter((file) => !file.startsWith('src/cli/') && /\bconsole\.|process\.(stdout|stderr)/.test(
      readFileSync(join(root, file), 'utf8'),
    ));
    expect(printing).toEqual([]);
  });

  it('[law] the page uses the public API, its panels know no other panel but their own parts, and no ids', () => {
    const page = sources('demo').flatMap(importsOf);
    const allowed = ['src/browser.ts', 'src/viewer.ts', 'src/viewer/elements.ts'];
    const inside = page.filter(({ to }) => to.startsWith('src/') && !allowed.includes(to));
    expect(inside.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
    const between = page.filter(({ from, to }) => from.startsWith('demo/panels/') && to.startsWith('demo/panels/'));
    // The panel of images holds that of grey values, that of models what theory says of them.
    expect(between.map(({ from, to }) => `${from} → ${to}`)).toEqual([
      'demo/panels/draw.ts → demo/panels/theory.ts', 'demo/panels/image.ts → demo/panels/grey.ts',
    ]);
    const naming = ['demo/index.html', ...sources('demo')].filter((file) =>
      /getElementById|\sid="|\bid: ['`]/.test(readFileSync(join(root, file), 'utf8')));
    expect(naming).toEqual([]);
  });
});
