// Images: from files to grey values, and from grey values to labels, by the library's own import pipeline.
import {
  contentOf, cropGreys, dataTypeOf, decodeVoxels, FileError, filterGreys, generate, greyHistogram, importFlags,
  importImage, naturalOrder, otsuThresholds, planeOf, seriesWarnings, simulateScan, specFromSet, SpecError, stackSlices,
  toGreys,
  type CropWindow, type GreyHistogram, type GreyVolume, type ImportStep, type LabelVolume, type Phase, type Shape,
  type VoxelArray,
} from '../../src/browser.js';
import type { PlaneValues } from '../../src/viewer.js';
import type { GreyChoice, GreyFacts, ImageFacts, Present, SegmentChoice, Tasks } from '../protocol.js';
import { MODEL_PHASES, present, type OpenedImage, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

const MOST_BINS = 256;
/** JPEG and zstd come from a package that the page loads on use. */
const LIBRARIES = { geotiff: () => import('geotiff') };

function openedImage(state: State): OpenedImage {
  if (state.image === null) throw new Error('Open an image first.');
  return state.image;
}

/** Headers whose data lie in files beside them. */
const HEADER = /\.(nhdr|mhd|hdr)$/i;

/** One image from one file, from a header with its data, or from slices in natural order; FILE.json beside FILE goes
 *  with it. */
export async function load(state: State, files: readonly File[], run: TaskRun): Promise<ImageFacts> {
  [state.image, state.grey] = [null, null];
  const given = files
    .filter(({ name }) => !name.endsWith('.json') && !name.startsWith('.'))
    .sort((a, b) => naturalOrder(a.name, b.name));
  const headers = given.filter(({ name }) => HEADER.test(name));
  const images = headers.length === 1 ? headers : given;
  if (images.length === 0) {
    throw new FileError('No image among these files: expected a TIFF, npy, npz, NRRD, MHA, NIfTI, vti, AmiraMesh or '
      + 'raw file, a header with its data, or slices as TIFF, PNG or BMP.');
  }
  const contentOfFile = async (file: File): Promise<Uint8Array> => {
    const content = await file.arrayBuffer().catch(({ name }: Error) => {
      throw new FileError(`${file.name}: the browser cannot read its ${Math.ceil(file.size / 2 ** 20)} MiB (${name}); `
        + 'was it moved meanwhile, or is it too large? "voxelith import --crop" cuts a part out of it');
    });
    return new Uint8Array(content);
  };
  const beside = async (name: string): Promise<Uint8Array | null> => {
    const other = files.find((file) => file.name === name);
    return other === undefined ? null : contentOfFile(other);
  };
  const said: string[] = [];
  const read = async (file: File): Promise<VoxelArray> => {
    run.signal.throwIfAborted();
    run.report(`reading ${file.name}`, images.length === 1 ? null : images.indexOf(file) / images.length);
    const sidecar = files.find(({ name }) => name === `${file.name}.json`);
    // What is said of the first slice holds for the others.
    const onWarning = (warning: string): void => void (file === images[0] && said.push(warning));
    const text = sidecar === undefined ? null : await sidecar.text();
    return decodeVoxels(file.name, await contentOfFile(file), text, { beside, onWarning, libraries: LIBRARIES });
  };
  const names = images.map(({ name }) => name);
  const [first] = names;
  if (images.length === 1) {
    return opened(state, { name: first, paths: shellWord(first), array: await read(images[0]), warnings: said });
  }
  const array = await stackSlices('slices', names, (name) => read(images[names.indexOf(name)]));
  const warnings = [...said, ...seriesWarnings(names)];
  return opened(state, { name: `${first} … (${names.length} slices)`, paths: 'slices/', array, warnings });
}

/** A file name as a shell takes it. */
const shellWord = (name: string): string =>
  /^[\w.+-]+$/.test(name) && !name.startsWith('-') ? name : `'./${name.replaceAll("'", `'\\''`)}'`;


function opened(state: State, image: OpenedImage): ImageFacts {
  const { name, array, warnings } = image;
  state.image = image;
  state.grey = null;
  const { shape, voxelSizeUm, data } = array;
  const content = contentOf(array, [], null);
  const more = content === 'grey' ? toGreys(name, array).warnings : [];
  return { name, shape, voxelSizeUm, type: dataTypeOf(data), content, warnings: [...warnings, ...more] };
}

/** Grey levels of electrolyte, active material and pore in the example, and the blur and noise of its instrument. */
const EXAMPLE = { greys: { 1: 128, 2: 205, 3: 48 }, blur: 0.4, noise: 8, seed: 1 } as const;

/** A made-up tomogram of a drawn cathode, for those who have none at hand. */
export async function example(state: State, { edge }: Tasks['example']['input'], run: TaskRun): Promise<ImageFacts> {
  const step = stepsOf(run, 2);
  const cathode = await step('drawing a cathode', (options) =>
    generate(state.session, specFromSet('bm01', { size: [edge, edge, edge], seed: EXAMPLE.seed }), options));
  const array = await step('taking its picture', (options) =>
    simulateScan(state.session, cathode, EXAMPLE, options));
  return opened(state, { name: 'Made-up tomogram', paths: null, array, warnings: [] });
}

/** The middle of an image, at most `edge` voxels along each axis; null: all of it. */
function windowOf(shape: Shape, edge: number | null): CropWindow | null {
  if (edge === null || shape.every((n) => n <= edge)) return null;
  return shape.map((n) => (n <= edge ? [null, null] : [(n - edge) >> 1, ((n - edge) >> 1) + edge]));
}

function factsOf(shape: Shape, histogram: GreyHistogram): GreyFacts {
  const { counts, base, scale } = histogram;
  let [first, last] = [0, counts.length - 1];
  while (counts[first] === 0) first++;
  while (counts[last] === 0) last--;
  const width = Math.ceil((last - first + 1) / MOST_BINS);
  const bins = Math.ceil((last - first + 1) / width);
  const joined = Array.from({ length: bins }, (_, k) =>
    counts.subarray(first + k * width, first + (k + 1) * width).reduce((sum, n) => sum + n, 0));
  const valueOf = (bin: number): number => base + bin / scale;
  const otsu = (classes: number): readonly number[] | null => {
    try {
      return otsuThresholds(histogram, classes).thresholds;
    } catch (error) {
      if (error instanceof SpecError) return null;
      throw error;
    }
  };
  const voxels = counts.reduce((sum, n) => sum + n, 0);
  const quantile = (share: number): number => {
    let bin = first;
    for (let below = counts[bin]; below < share * voxels && bin < last; below += counts[bin]) bin++;
    return valueOf(bin);
  };
  return {
    shape, edges: joined.map((_, k) => valueOf(first + k * width)), counts: joined, end: valueOf(first + bins * width),
    otsu: { 2: otsu(2), 3: otsu(3) }, contrast: [quantile(0.002), quantile(0.998)],
  };
}

function greyOf(image: OpenedImage, edge: number | null): GreyVolume {
  const window = windowOf(image.array.shape, edge);
  const { volume } = toGreys(image.name, image.array);
  return window === null ? volume : cropGreys(volume, window);
}

/** Cuts and filters the image, and counts its grey values. */
export async function grey(state: State, { edge, filter }: GreyChoice, run: TaskRun): Promise<GreyFacts> {
  const step = stepsOf(run, filter === null ? 1 : 2);
  const raw = greyOf(openedImage(state), edge);
  const filtered = filter === null
    ? null
    : await step('filtering', (options) => filterGreys(state.session, raw, filter, options));
  const volume = filtered?.volume ?? raw;
  const histogram = await step('counting grey values', (options) => greyHistogram(state.session, volume, options));
  state.grey = volume;
  return factsOf(volume.shape, histogram);
}

export async function plane(state: State, { axis, index }: Tasks['plane']['input']): Promise<PlaneValues> {
  if (state.grey === null) throw new Error('Open a grey image first.');
  return planeOf(state.grey.data, state.grey, axis, index);
}

async function imported(
  state: State, steps: readonly ImportStep[], { voxelSizeUm }: Pick<SegmentChoice, 'voxelSizeUm'>,
  phaseNames: Present['phaseNames'], run: TaskRun,
): Promise<Present> {
  const { name, array, paths } = openedImage(state);
  const step = stepsOf(run, Math.max(1, steps.length));
  const content = steps.some((one) => one.step === 'segment') ? 'grey' : 'labels';
  const { labels, warnings } = await step('from grey values to labels', (options) => importImage(
    state.session, name, { ...array, voxelSizeUm }, steps, { content, source: { file: name } }, options,
  ));
  const size = voxelSizeUm === null ? [] : [`--voxel-size ${[...voxelSizeUm].reverse().join(',')}um`];
  const flags = steps.length === 0 ? [] : [importFlags(steps)];
  const command = paths === null ? null : ['voxelith import', paths, ...flags, ...size, '-o structure.npy'].join(' ');
  return present(state, name, labels as LabelVolume, { phaseNames, command, warnings });
}

const cropStep = (image: OpenedImage, edge: number | null): ImportStep[] => {
  const window = windowOf(image.array.shape, edge);
  return window === null ? [] : [{ step: 'crop', window }];
};

/** Grey values to labels; the result becomes the present structure. */
export async function segment(state: State, choice: SegmentChoice, run: TaskRun): Promise<Present> {
  const { edge, filter, segmentation, labels, minVoxels } = choice;
  const steps: ImportStep[] = [
    ...cropStep(openedImage(state), edge),
    ...(filter === null ? [] : [{ step: 'filter', filter } as const]),
    { step: 'segment', segmentation, labels },
    ...(minVoxels > 1 ? [{ step: 'clean', minVoxels } as const] : []),
  ];
  const names = Object.fromEntries(labels.map((label: Phase) => [label, MODEL_PHASES[label] ?? `label ${label}`]));
  return imported(state, steps, choice, names, run);
}

/** An image that is segmented already becomes the present structure as it is. */
export async function adopt(
  state: State, { edge, voxelSizeUm }: Tasks['adopt']['input'], run: TaskRun,
): Promise<Present> {
  return imported(state, cropStep(openedImage(state), edge), { voxelSizeUm }, {}, run);
}
