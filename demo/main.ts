// The demo page: one run of the chain in the browser, with the same runtime and the same bits as in Node.
import {
  AM, constrictivity, fluxFigures, generate, geodesicTortuosity, mFactor, openSession, phaseLevelSet, PORE, SE, specFromSet, surfaceAreas,
  volumeFractions, type ModelStructure, type Phase, type Progress, type Session,
} from '../src/browser.js';
import { showPoreSizes, showTortuosity } from './charts.js';
import { showSlices } from './slices.js';

const MODELS = ['bm01', 'bm03', 'bm10'];
const PHASES: readonly (readonly [Phase, string])[] = [[SE, 'solid electrolyte'], [AM, 'active material'], [PORE, 'pore']];
/** Steps of one run, for the progress bar: the structure, then fraction and surface, then three measures of two phases. */
const STEPS = 8;

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const controls = element<HTMLFormElement>('controls');
const modelSelect = element<HTMLSelectElement>('model');
const sizeSelect = element<HTMLSelectElement>('size');
const interfaceSelect = element<HTMLSelectElement>('interface');
const seedInput = element<HTMLInputElement>('seed');
const runButton = element<HTMLButtonElement>('run');
const cancelButton = element<HTMLButtonElement>('cancel');
const stateLine = element('state');
const errorLine = element('error');
const progressBox = element('progress');

modelSelect.append(...MODELS.map((name) => new Option(name.toUpperCase(), name)));

interface PhaseResult {
  readonly label: string;
  readonly volumeFraction: number;
  readonly specificSurfaceArea: number;
  readonly tortuosity: Awaited<ReturnType<typeof geodesicTortuosity>> | null;
  readonly constrictivity: Awaited<ReturnType<typeof constrictivity>> | null;
  readonly conduction: Awaited<ReturnType<typeof mFactor>> | null;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const digits = (value: number | null | undefined, places: number): string => (value == null ? '–' : value.toFixed(places));

function showTable(results: readonly PhaseResult[]): void {
  const head = ['phase', 'ε', 'S, µm⁻¹', 'mean τ', 'std τ', 'r_min, µm', 'r_max, µm', 'β', 'M', 'ε/M'];
  const rows = results.map((r) => [
    r.label, digits(r.volumeFraction, 4), digits(r.specificSurfaceArea, 4), digits(r.tortuosity?.mean, 4), digits(r.tortuosity?.std, 4),
    digits(r.constrictivity?.bottleneckRadius, 3), digits(r.constrictivity?.bulgeRadius, 3), digits(r.constrictivity?.constrictivity, 3),
    digits(r.conduction?.mFactor, 5), digits(r.conduction?.tortuosityFactor, 3),
  ]);
  const cells = (texts: readonly string[], tag: string): HTMLTableRowElement => {
    const row = document.createElement('tr');
    for (const text of texts) row.append(Object.assign(document.createElement(tag), { textContent: text }));
    return row;
  };
  const thead = document.createElement('thead');
  thead.append(cells(head, 'th'));
  const tbody = document.createElement('tbody');
  tbody.append(...rows.map((row) => cells(row, 'td')));
  element('table').replaceChildren(thead, tbody);
}

function showProgress(step: number, progress: Progress | null, text: string): void {
  const within = progress !== null && progress.total > 0 ? progress.done / progress.total : 0;
  (progressBox.querySelector('progress') as HTMLProgressElement).value = (step + within) / STEPS;
  (progressBox.querySelector('span') as HTMLElement).textContent = text;
}

interface Choice {
  readonly name: string;
  readonly edge: number;
  readonly seed: number;
  readonly interface: 'voxel' | 'smooth';
}

/** Generates, describes and solves. @returns what the page shows. */
async function study(session: Session, { name, edge, seed, interface: kind }: Choice, signal: AbortSignal) {
  const smooth = kind === 'smooth';
  let step = 0;
  const next = async <T>(text: string, work: (run: { signal: AbortSignal; onProgress: (p: Progress) => void }) => Promise<T>): Promise<T> => {
    showProgress(step, null, text);
    const result = await work({ signal, onProgress: (progress) => showProgress(step, progress, text) });
    step++;
    return result;
  };
  const structure: ModelStructure = await next('drawing the structure', (run) =>
    generate(session, { ...specFromSet(name, { size: [edge, edge, edge], seed }), levelSets: smooth }, run),
  );
  const [fractions, surfaces] = await next('volume fractions and surfaces', async (run) => [
    await volumeFractions(session, structure, {}, run),
    await surfaceAreas(session, structure, {}, run),
  ] as const);
  const results: PhaseResult[] = [];
  for (const [phase, label] of PHASES) {
    const solid = phase !== PORE;
    results.push({
      label,
      volumeFraction: fractions.phases.find((entry) => entry.phase === phase)?.volumeFraction ?? 0,
      specificSurfaceArea: surfaces.phases.find((entry) => entry.phase === phase)?.specificSurfaceArea ?? 0,
      tortuosity: solid ? await next(`shortest paths, ${label}`, (run) => geodesicTortuosity(session, structure, { phase }, run)) : null,
      constrictivity: solid ? await next(`constrictivity, ${label}`, (run) => constrictivity(session, structure, { phase, curves: true }, run)) : null,
      conduction: solid ? await next(`conduction, ${label}`, (run) => mFactor(session, structure, {
        phase, interface: kind, levelSet: smooth ? phaseLevelSet(structure, phase) : null, fields: phase === SE,
      }, run)) : null,
    });
  }
  return { structure, results, hash: await sha256(structure.labels) };
}

/** Flux of the electrolyte along z through its middle, and through the plane where the fewest faces carry the most. */
function showFlux({ shape, voxelSizeUm }: ModelStructure, conduction: Awaited<ReturnType<typeof mFactor>> | null): void {
  const { fields, narrowShare } = conduction ?? {};
  if (fields === undefined || narrowShare === undefined || narrowShare === null) {
    element('flux').textContent = 'The solid electrolyte does not conduct from face to face.';
    return;
  }
  const middle = shape[1] >> 1;
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  element('flux').innerHTML = fluxFigures({ flux: fields.flux, shape, voxelSizeUm }, [
    { name: 'along z', caption: `plane ${middle} across y, z runs downwards; grey carries no current`, across: 'y', index: middle },
    {
      name: 'across z', caption: `plane ${narrowShare.plane}: a tenth of its area carries ${share(narrowShare.highest)} of the flux, ${share(narrowShare.mean)} on average`,
      across: 'z', index: narrowShare.plane,
    },
  ]).join('');
}

function describeSession(session: Session): string {
  return session.shared
    ? `${session.threads} threads share one WebAssembly memory.`
    : `One thread: ${session.unsharedReason}. Results are the same, only slower.`;
}

async function main(): Promise<void> {
  const session = await openSession({
    wasmUrl: new URL('../core.wasm', import.meta.url),
    workerUrl: new URL('../worker.web.js', import.meta.url),
  });
  stateLine.textContent = describeSession(session);
  stateLine.dataset.threads = String(session.threads);
  let controller: AbortController | null = null;

  controls.addEventListener('submit', (event) => {
    event.preventDefault();
    void start();
  });
  cancelButton.addEventListener('click', () => controller?.abort());

  async function start(): Promise<void> {
    controller = new AbortController();
    runButton.disabled = true;
    cancelButton.disabled = false;
    progressBox.hidden = false;
    errorLine.hidden = true;
    document.body.dataset.run = 'running';
    const choice: Choice = {
      name: modelSelect.value, edge: Number(sizeSelect.value), seed: Number(seedInput.value), interface: interfaceSelect.value === 'smooth' ? 'smooth' : 'voxel',
    };
    const { name, edge, seed } = choice;
    try {
      const begin = performance.now();
      const { structure, results, hash } = await study(session, choice, controller.signal);
      const seconds = (performance.now() - begin) / 1000;
      element('results').hidden = false;
      showSlices(element('slices'), structure);
      showTable(results);
      const [se, am] = results;
      showFlux(structure, se.conduction);
      const histogram = (r: PhaseResult) => (r.tortuosity && r.tortuosity.mean !== null ? r.tortuosity.histogram : null);
      showTortuosity(element('tau'), histogram(se), histogram(am));
      if (se.constrictivity?.curves && am.constrictivity?.curves) {
        showPoreSizes(element('cpsd'), se.constrictivity.curves, am.constrictivity.curves);
      }
      element('reproduce').textContent =
        `voxelith generate --model ${name} --size ${edge} --seed ${seed} -o cathode.npy gives the same labels ` +
        `(SHA-256 ${hash}). Interface ${choice.interface}: M of SE ${se.conduction?.mFactor}, of AM ${am.conduction?.mFactor}. ${seconds.toFixed(1)} s.`;
      Object.assign(document.body.dataset, {
        run: 'done', labels: hash, mSe: String(se.conduction?.mFactor), mAm: String(am.conduction?.mFactor),
      });
    } catch (error) {
      const cancelled = (error as Error).name === 'AbortError';
      document.body.dataset.run = cancelled ? 'cancelled' : 'failed';
      errorLine.textContent = cancelled ? 'Cancelled.' : (error as Error).message;
      errorLine.hidden = false;
    } finally {
      runButton.disabled = false;
      cancelButton.disabled = true;
      progressBox.hidden = true;
      controller = null;
    }
  }
  document.body.dataset.run = 'ready';
}

main().catch((error: Error) => {
  stateLine.textContent = '';
  errorLine.textContent = error.message;
  errorLine.hidden = false;
  document.body.dataset.run = 'failed';
});
