// The command line: what it prints and the files that it writes, in a folder of their own, one command after another.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const commands = {
  generate: [
    'generate', '--model', 'bm01', '--size', '28,24,32', '--seed', '7', '--level-sets', '--phase-level-set', '2', '-o',
    'a.nrrd',
  ],
  'generate spec': ['generate', 'spec.yaml', '-o', 'b.vti', '--json'],
  info: ['info', 'a.nrrd', '--plan', '--memory', '2G'],
  import: [
    'import', 'grey.npy', '--flatten', '--filter', 'median', '--segment', 'otsu:3', '--labels', '3,1,2', '--clean',
    '30', '--rescale', '0.8', '-o', 'c.tif',
  ],
  describe: ['describe', 'a.nrrd', '--axis', 'all', '--curves', '--histograms', '--json'],
  'describe table': ['describe', 'a.nrrd', 'c.tif', '-o', 'describe.csv'],
  'describe report': [
    'describe', 'a.nrrd', '--only', 'geodesicTortuosity,twoPoint,openingSizes', '--report', 'describe.html',
  ],
  conduct: [
    'conduct', 'a.nrrd', '--phase', '1', '--axis', 'all', '--history', '--fields', 'flow.vti', '--report',
    'conduct.html', '-o', 'conduct.csv',
  ],
  'conduct tensor': ['conduct', 'a.nrrd', '--sigma', '1=1.0,2=1e-3', '--boundary', 'periodic', '--tensor', '--json'],
  'conduct level set': [
    'conduct', 'a.nrrd', '--phase', '2', '--interface', 'smooth', '--level-set', 'a-level-2.nrrd', '--json',
  ],
  insert: ['insert', 'a.nrrd', '--into', '3', '--label', '4', '--steps', '0.01..0.05', '-o', 'i.nrrd', '--json'],
  series: [
    'series', 'a.nrrd', '--into', '3', '--label', '4', '--steps', '0.02,0.04', '-o', 'series.csv', '--report',
    'series.html', '--json',
  ],
  grains: [
    'grains', 'a.nrrd', '--phase', '2', '--ionic', '1', '-o', 'grains.csv', '--contacts', 'contacts.csv', '--labels',
    'grains.tif', '--json',
  ],
  percolate: ['percolate', 'sweep.yaml', '--csv', 'sweep.csv', '--json'],
  star: [
    'star', 'a.nrrd', '--phase', '2', '--degree', '6', '--overlap', '2', '-o', 'particles.json', '--table',
    'particles.csv', '--draw', 'star.nrrd', '--size', '35,29,33', '--level-set', '--numbers', '--json',
  ],
  correlate: ['correlate', 'a.nrrd', '--phase', '1,2', '--max-lag', '9', '-o', 'lags.vti', '--json'],
  calibrate: ['calibrate', 'descriptors.json', '--model', 'three-phase', '-o', 'calibrated.yaml'],
  study: ['study', 'run', 'study.yaml', '--report', 'study.html'],
  'study status': ['study', 'status', 'study.yaml'],
  fit: ['fit', 'law.csv', '--formula', 'M1,M3'],
  predict: ['predict', '--volume-fraction', '0.4', '--constrictivity', '0.5', '--mean-geodesic-tortuosity', '1.12'],
  'bad flag': ['generate', '--model', 'bm01', '--set', 'lambdaX=90', '-o', 'x.npy'],
};

const SPEC = `model: chi2
size: [20, 26, 24]
seed: 5
parameters: {alpha: 0.2, lambda: 1.4, anisotropyFactor: 1, covariance: {family: matern, smoothness: 2.5}}
`;
const STUDY = `scenarios: [bm01, bm03]
t: [1/2]
size: [18, 20, 22]
gradient: {realisations: 1}
steps: {h: [-0.1], hConstrictivity: [0.025], descriptors: [volumeFraction1, constrictivity2]}
`;
const SWEEP = `structure: {model: packing, size: [18, 20, 22], voxelSizeUm: 0.6}
vary: {activeShare: [0.5, 0.7]}
realisations: 2
`;
const DESCRIPTORS =
  '{"phases": {"1": {"volumeFraction": 0.35, "specificSurfaceArea": 0.9}, "2": {"volumeFraction": 0.45, ' +
    '"specificSurfaceArea": 1.1}}, "voxelSizeUm": 0.2}';

/** All files below a folder with the time of their last change. */
function filesIn(folder, below = '') {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = join(below, entry.name);
    return entry.isDirectory() ? filesIn(folder, name) : [[name, statSync(join(folder, name)).mtimeMs]];
  });
}

/** Rows of a CSV by the names of its columns, some of which are left out as in JSON. */
function records(text) {
  const [names, ...rows] = text.trim().split('\n')
    .map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g).map((cell) => cell.replace(/,$/, '')));
  return rows.map((row) => Object.fromEntries(names.map((name, k) => [name, row[k]])));
}

function contentOf(path) {
  const bytes = readFileSync(path);
  if (path.endsWith('.jsonl')) {
    return bytes.toString().split('\n').filter((line) => line !== '').sort().map((line) => JSON.parse(line));
  }
  if (path.endsWith('.json')) return JSON.parse(bytes.toString());
  if (path.endsWith('.csv')) return records(bytes.toString());
  return /\.(html|yaml|svg)$/.test(path) ? bytes.toString() : bytes;
}

const call = (cli, folder, words) => new Promise((resolve) => {
  execFile(
    process.execPath, [cli, ...words], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
    (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : error.code, stdout, stderr });
    },
  );
});

/** Runs every command in `folder`, each with what the ones before it have written. */
async function runAll({ api, dist, folder, inputs }) {
  const grey = await api.encodeVoxels('grey.npy', inputs.grey16);
  writeFileSync(join(folder, 'grey.npy'), grey.bytes);
  writeFileSync(join(folder, 'grey.npy.json'), grey.sidecar);
  for (const [name, text] of [
    ['spec.yaml', SPEC], ['study.yaml', STUDY], ['sweep.yaml', SWEEP], ['descriptors.json', DESCRIPTORS],
  ]) {
    writeFileSync(join(folder, name), text);
  }
  const table = inputs.law;
  const columns = Object.keys(table[0]);
  writeFileSync(
    join(folder, 'law.csv'),
    [columns, ...table.map((row) => columns.map((name) => row[name]))].map((row) => row.join(',')).join('\n'),
  );

  const outcomes = {};
  let before = new Map(filesIn(folder));
  for (const [name, words] of Object.entries(commands)) {
    const { status, stdout, stderr } = await call(join(dist, 'cli.js'), folder, [...words, '--threads', '2']);
    const after = new Map(filesIn(folder));
    const written = [...after.keys()].filter((file) => after.get(file) !== before.get(file)).sort();
    before = after;
    outcomes[name] = {
      status, stdout: words.includes('--json') && status === 0 ? JSON.parse(stdout) : stdout.split('\n'),
      // Progress comes when it comes; an error is the last line.
      error: status === 0 ? null : stderr.trim().split('\n').at(-1),
      files: Object.fromEntries(written.map((file) => [file, contentOf(join(folder, file))])),
    };
  }
  return outcomes;
}

let outcomes = null;

export const operations = Object.keys(commands).map((name) => ({
  name: `command ${name}`, host: true,
  run: async (context) => (await (outcomes ??= runAll(context)))[name],
}));
