// The demo page: the product in a browser, with the same runtime and the same bits as in Node. All work is done in a
// worker (engine/). Each panel is a module with its own elements; here they are put together.
import { keepInAddress } from './address.js';
import { startEngine } from './client.js';
import { droppedFiles } from './dropped-files.js';
import { bringIntoView } from './dom.js';
import { coreFiles, engineWorker } from './files.js';
import { isolate } from './isolation.js';
import { make } from '../src/viewer/elements.js';
import { createPage, type Page } from './page.js';
import { calibratePanel } from './panels/calibrate.js';
import { cellPanel } from './panels/cell.js';
import { designPanel } from './panels/design.js';
import { dischargePanel } from './panels/discharge.js';
import { drawPanel, type DrawPanel } from './panels/draw.js';
import { grainsPanel } from './panels/grains.js';
import { imagePanel } from './panels/image.js';
import { insertPanel } from './panels/insert.js';
import { measurePanel } from './panels/measure.js';
import { structurePanel } from './panels/structure.js';
import { studyPanel } from './panels/study.js';
import type { Present, SessionFacts } from './protocol.js';
import { tabs } from './tabs.js';
import { calibratedSource } from './theta-sources.js';
import { themeChoice } from './theme.js';

function stateText({ threads, unsharedReason }: SessionFacts): string {
  return unsharedReason === null
    ? `${threads} threads share one WebAssembly memory.`
    : `One thread: ${unsharedReason}. Results are the same, only slower.`;
}

/** Calls `open` with the files that fall anywhere on the page. */
function onDrop(open: (files: readonly File[]) => void): void {
  const { classList } = document.body;
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    classList.add('dropping');
  });
  for (const name of ['dragleave', 'drop']) document.addEventListener(name, () => classList.remove('dropping'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    if (event.dataTransfer !== null) void droppedFiles(event.dataTransfer.items).then(open);
  });
}

/** Puts the panels on the page: where structures come from at the left, what they are at the right. */
function build(page: Page, host: HTMLElement): DrawPanel {
  const structure = structurePanel(page);
  const measurement = measurePanel(page);
  const calibration = calibratePanel(page, (name, { model, parameters, voxelEdgesUm }) => {
    source.reveal(draw.root);
    void draw.drawFrom(`Model of ${name}`, model, { ...parameters }, voxelEdgesUm)
      .then(() => bringIntoView(structure.root, 'start'));
  }, (found, name) => {
    const model = calibratedSource(found, name);
    study.offerModel(model);
    design.offerModel(model);
  });
  const insertion = insertPanel(page, show);
  const grains = grainsPanel(page);
  const discharges = dischargePanel(page);
  const cell = cellPanel(page, discharges.discharge);
  const study = studyPanel(page, (present) => {
    show(present);
    bringIntoView(structure.root, 'nearest');
  });
  const design = designPanel(page, show);
  function show(present: Present): void {
    page.warn(present.warnings, present);
    structure.show(present);
    for (const { offer } of [insertion, grains, measurement, cell, discharges, calibration, study, design]) {
      offer(present);
    }
  }
  const draw = drawPanel(page, show, measurement.measure);
  const image = imagePanel(page, show);
  const source = tabs('source', 'Source of the structure', [
    { name: 'draw', text: 'Draw a model', panels: [draw.root] },
    { name: 'image', text: 'Open an image', panels: [image.root] },
  ]);
  const needs = 'Draw a structure or open an image first.';
  const results = tabs('results', 'What to find out', [
    { name: 'measure', text: 'Measure', panels: [measurement.root], needs },
    {
      name: 'cell', text: 'Cell', panels: [cell.root, discharges.root],
      needs: 'A cell needs a structure with two phases or more and a voxel size.',
    },
    { name: 'additive', text: 'Additive', panels: [insertion.root], needs },
    { name: 'grains', text: 'Grains', panels: [grains.root], needs },
    { name: 'calibrate', text: 'Calibrate', panels: [calibration.root], needs },
    { name: 'study', text: 'Study', panels: [study.root] },
    { name: 'design', text: 'Design', panels: [design.root] },
  ]);
  onDrop((files) => {
    if (files.length > 0) source.reveal(image.root);
    image.open(files);
  });
  host.append(
    make('section', { className: 'source', ariaLabel: 'Where the structure comes from' }, source.root),
    make('div', { className: 'work' }, page.root, structure.root, results.root),
  );
  return draw;
}

async function main(): Promise<void> {
  const host = document.querySelector('main') as HTMLElement;
  const state = document.querySelector('[role=status]') as HTMLElement;
  if (await isolate()) return;
  const page = createPage(startEngine(engineWorker()), host);
  const draw = build(page, host);
  const inVain = keepInAddress(host, ['draw'], (what) => page.warn([what]));
  document.querySelector('header')?.append(themeChoice());
  try {
    const facts = await page.call('open', coreFiles());
    state.textContent = stateText(facts);
    await draw.begin(facts);
    const asked = inVain();
    if (asked !== null) page.warn([asked]);
    // What speaks against the first structure stays to be read.
    Object.assign(host.dataset, { threads: String(facts.threads), run: 'ready' });
  } catch (error) {
    state.textContent = '';
    page.fail((error as Error).message);
    host.dataset.run = 'failed';
  }
}

void main();
