// The demo page: the product in a browser, with the same runtime and the same bits as in Node. All work is done in a worker
// (engine/); this is the page's side of it.
import { parameterSets } from '../src/structure/parameter-sets.js';
import { calibratePanel } from './calibrate.js';
import { startEngine, type CallOptions } from './client.js';
import { fillOf } from './colours.js';
import { download, element, input, make, readable, requiredNumber, select } from './dom.js';
import { imagePanel } from './image.js';
import { measurePanel, phaseName } from './measure.js';
import { createPage } from './page.js';
import type { Present, SessionFacts } from './protocol.js';
import { showSlices } from './slices.js';

/** Models that look like something at the sizes of this page. */
const MODELS = ['bm01', 'bm03', 'bm10', 'f850', 'c850'];

const TABS = ['draw', 'image'] as const;

function reveal(chosen: (typeof TABS)[number]): void {
  for (const name of TABS) {
    element(name).hidden = name !== chosen;
    element(`tab-${name}`).ariaSelected = String(name === chosen);
  }
}

function stateText({ threads, unsharedReason }: SessionFacts): string {
  return unsharedReason === null ? `${threads} threads share one WebAssembly memory.` : `One thread: ${unsharedReason}. Results are the same, only slower.`;
}

async function main(): Promise<void> {
  const call = startEngine(new URL('./engine.js', import.meta.url));
  const page = createPage(call);
  const measurement = measurePanel(page);

  function showStructure(present: Present): void {
    const { name, volume: { labels, shape, voxelSizeUm }, sha256, warnings } = present;
    page.warn(warnings);
    const counts = new Float64Array(256);
    for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
    const phases = [...counts.keys()].filter((label) => counts[label] > 0);
    element('structure').hidden = false;
    element('structure-facts').textContent = `${name}: ${shape.join(' × ')} voxels (z, y, x)`
      + (voxelSizeUm === null ? ', of unknown size.' : `, ${[...new Set(voxelSizeUm)].map((h) => Number(h.toPrecision(4))).join(' × ')} µm each.`);
    showSlices(element('slices'), present.volume);
    element('legend').replaceChildren(...phases.map((phase) => {
      const swatch = make('span', { className: 'swatch' });
      swatch.style.background = fillOf(phase);
      return make('span', {}, swatch, `${phaseName(present, phase)} ${readable((100 * counts[phase]) / labels.length, 3)} %`);
    }));
    measurement.offer(present);
    offerCalibration(present);
    element('calibrated').hidden = true;
    document.body.dataset.labels = sha256 ?? '';
  }

  async function drawAndMeasure(options: CallOptions): Promise<void> {
    showStructure(await call('draw', { source: select('model').value, edge: Number(select('size').value), seed: requiredNumber(input('seed')) }, options));
    await measurement.measure(options);
  }

  const offerCalibration = calibratePanel(page, (name) => {
    const known = [...select('model').options].find(({ value }) => value === 'calibrated');
    if (known === undefined) select('model').append(new Option('', 'calibrated'));
    Object.assign([...select('model').options].at(-1) as HTMLOptionElement, { textContent: `calibrated to ${name}`, selected: true });
    reveal('draw');
    void page.run(drawAndMeasure).then(() => element('structure').scrollIntoView({ behavior: 'smooth' }));
  });
  imagePanel(page, showStructure, () => reveal('image'));

  select('model').append(...parameterSets.filter(({ name }) => MODELS.includes(name)).map(({ name, title, model }) => new Option(model === 'chi2' ? `${title} (two phases)` : title, name)));
  for (const name of TABS) element(`tab-${name}`).addEventListener('click', () => reveal(name));
  element('draw').addEventListener('submit', (event) => {
    event.preventDefault();
    void page.run(drawAndMeasure);
  });
  element('save').addEventListener('submit', (event) => {
    event.preventDefault();
    void page.run(async (options) => {
      for (const { file, bytes } of await call('encode', { extension: select('format').value }, options)) download(file, bytes as BlobPart, 'application/octet-stream');
    });
  });

  const facts = await call('open', null);
  element('state').textContent = stateText(facts);
  document.body.dataset.threads = String(facts.threads);
  document.body.dataset.run = 'ready';
}

main().catch((error: Error) => {
  element('state').textContent = '';
  element('error').textContent = error.message;
  element('error').hidden = false;
  document.body.dataset.run = 'failed';
});
