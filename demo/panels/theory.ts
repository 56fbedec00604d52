// What theory says of a model before any voxel is drawn: ε, S and C(h) of every phase.
import { readStructure, type VoxelSize } from '../../src/browser.js';
import { fillOf, phaseCurves, showCurves } from '../../src/viewer.js';
import { swatch } from '../../src/viewer/elements.js';
import { assemble, explain, fillTable, readable, type Cell } from '../dom.js';

/** Lags at which curves are known, and the largest. */
const LAGS = 40;
const LONGEST = 200;

const HTML = `
  <section class="theory" data-panel="theory" aria-label="Expected before anything is drawn">
    <h2>Expected <span class="hint">before anything is drawn</span></h2>
    <p class="error" data-part="wrong" role="status" hidden></p>
    <div data-part="known">
      <div class="scroll"><table data-part="table"></table></div>
      <figure data-part="curves">
        <figcaption data-part="caption"></figcaption>
        <div data-part="chart"></div>
      </figure>
    </div>
  </section>`;

type Spec = ReturnType<typeof readStructure>['spec'];
type Model = ReturnType<typeof readStructure>['model'];

export interface TheoryPanel {
  readonly root: HTMLElement;
  /** Follows a specification; what is wrong with it is said here. */
  follow(specification: Readonly<Record<string, unknown>>): void;
}

const edgeOf = (size: number | VoxelSize | undefined): number | null =>
  (Array.isArray(size) ? (size as readonly number[])[2] : (size as number | null | undefined)) ?? null;

/** Coverage of every phase along x, at whole lags out to where the ends are independent. */
function coverageOf(model: Model, spec: Spec, labels: readonly number[]): Map<number, { x: number[]; y: number[] }> {
  const { coverage, volumeFraction } = model.expected;
  const fields = model.calibration?.fields;
  const { parameters } = spec as unknown as { parameters: never };
  const reach = [fields?.x, fields?.y].map((field) => field?.at(parameters).reach ?? 0);
  const last = Math.min(LONGEST, Math.max(8, Math.ceil(Math.max(...reach))));
  const step = Math.max(1, Math.round(last / LAGS));
  const lags = Array.from({ length: Math.floor(last / step) }, (_, k) => (k + 1) * step);
  const found = lags.map((lag) => coverage?.(spec, [0, 0, lag]) ?? {});
  const first = volumeFraction?.(spec) ?? {};
  return new Map(labels.map((label) => [label, {
    x: [0, ...lags], y: [first[label], ...found.map((pairs) => pairs[`${label}-${label}`].value)],
  }]));
}

export function theoryPanel(): TheoryPanel {
  const { root, parts } = assemble(HTML, {
    wrong: HTMLElement, known: HTMLElement, table: HTMLTableElement, curves: HTMLElement, caption: HTMLElement,
    chart: HTMLElement,
  });
  parts.caption.append('Two-point coverage C(h) of every phase along x', explain('two-point coverage'));

  function show(model: Model, spec: Spec): void {
    const { volumeFraction, quantities, latticeSurface, coverage } = model.expected;
    const phases = model.phases(spec);
    const fractions = volumeFraction?.(spec);
    parts.known.hidden = fractions === undefined;
    root.dataset.fractions = JSON.stringify(fractions ?? null);
    if (fractions === undefined) return;
    const edge = edgeOf(spec.voxelSizeUm);
    const per = edge === null ? 'voxel⁻¹' : 'µm⁻¹';
    const [surface, lattice] = [quantities?.(spec).specificSurfaceArea, latticeSurface?.(spec)];
    root.dataset.surface = JSON.stringify(lattice ?? null);
    const area = (areas: Readonly<Record<number, number>> | undefined, label: number): Cell =>
      readable(areas?.[label] === undefined ? undefined : areas[label] / (edge ?? 1), 4);
    const columns = [...(surface ? [surface] : []), ...(lattice ? [lattice] : [])];
    fillTable(parts.table, `Volume fraction ε; surface S per volume, ${per}, and as 13 directions see it on voxels`, [
      'phase', 'ε', ...(surface ? ['S'] : []), ...(lattice ? ['S on voxels'] : []),
    ], phases.map(({ label, name }) => [
      name, readable(fractions[label], 4), ...columns.map((areas) => area(areas, label)),
    ]));
    parts.table.querySelectorAll('tbody th').forEach((cell, k) => cell.prepend(swatch(fillOf(phases[k].label)), ' '));
    const heads = parts.table.querySelectorAll('thead th');
    heads[1].append(explain('volume fraction'));
    if (columns.length > 0) heads[2].append(explain('specific surface area'));
    parts.curves.hidden = coverage === undefined;
    if (coverage === undefined) return;
    const curves = coverageOf(model, spec, phases.map(({ label }) => label));
    const scaled = phases.map(({ label, name }) => ({ phase: label, name, value: curves.get(label) }));
    showCurves(parts.chart, phaseCurves(scaled, ({ x, y }) => [{ x: x.map((lag) => lag * (edge ?? 1)), y }]),
      [`lag h along x, ${edge === null ? 'voxels' : 'µm'}`, 'C(h)']);
  }

  return {
    root,
    follow(specification) {
      try {
        const { model, spec } = readStructure('this model', specification);
        show(model, spec);
        parts.wrong.hidden = true;
      } catch (error) {
        parts.known.hidden = true;
        parts.wrong.hidden = false;
        parts.wrong.textContent = (error as Error).message;
      }
    },
  };
}
