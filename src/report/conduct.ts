// Report of the conductivity of one structure: one self-contained HTML document, a pure function of its data.
import { checkArguments, has } from '../core/arguments.js';
import { axisIndex, AXES, type Axis } from '../core/grid.js';
import { voxelCount } from '../core/grid.js';
import { phaseTitle, type PhaseNames } from '../core/phase-names.js';
import { phasesOf, type LabelVolume } from '../core/volume.js';
import type { ConductResult } from '../transport/conduct.js';
import type { ConductivityTensor } from '../transport/tensor.js';
import { errorBar, noErrorBar } from '../transport/uncertainty/text.js';
import { lines, type Line } from './chart.js';
import { fluxFigures } from './flux.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, fixed, readable, section, tableHtml, tilesHtml, warningsHtml, type Cell, type Tile } from './html.js';
import { page } from './page.js';
import { labelLegend, sliceFigure, sliceOf } from './slices.js';

/** What the report of a conductivity is made from. */
export interface ConductReportData {
  readonly title: string;
  /** What the labels are called. */
  readonly names?: PhaseNames;
  /** The structure that was solved on. */
  readonly volume: LabelVolume;
  /** One solve per axis; pictures of the flux where it has fields, charts of the iterations where it has its
   *  history. */
  readonly results: readonly ConductResult[];
  /** The whole tensor; null: not solved for. */
  readonly tensor: ConductivityTensor | null;
  /** Machine, version, command, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

const percent = (share: number, digits = 2): string => `${readable(100 * share, digits)} %`;
/** The dimensionless result: M, or σ_eff in units of the reference conductivity. */
const relative = (result: ConductResult): number => result.effectiveConductivity / result.referenceConductivity;

const BOUNDARIES = {
  dirichlet: 'a potential of 1 and 0 on the two outer faces, insulating sides',
  periodic: 'periodic edges and a mean gradient of 1',
} as const;
const INTERFACES = {
  voxel: 'whole faces of voxels', smooth: 'the open part of the faces, by a smooth interface',
} as const;

function warnings({ results, tensor }: ConductReportData): string[] {
  const image = [tensor, ...results].flatMap((found) => found?.warnings ?? []);
  return [...new Set([...image, ...results.flatMap((result) => [
    ...(
      result.percolates
        ? []
        : [`Nothing conducts from face to face along ${result.axis}: the effective conductivity is 0.`]
    ),
    ...noErrorBar(result),
    ...(
      result.converged ? [] : [
        `The solve along ${result.axis} did not converge: its value lies between ${readable(result.bracket[0], 5)} ` +
          `and ${readable(result.bracket[1], 5)}.`,
      ]
    ),
    ...(
      result.percolates && result.bounds.obeyed === 'none' ? [
        `The value along ${result.axis} is outside of Wiener’s limits, which no structure can leave: do not trust it.`,
      ] : []
    ),
  ])])];
}

/** M of the material with its error bar, where one was asked for. */
function barTile({ mFactor, referenceConductivity, uncertainty }: ConductResult, along: string): Tile[] {
  if (uncertainty === undefined) return [];
  const bar = errorBar(uncertainty, mFactor === null ? referenceConductivity : 1);
  const name = `${mFactor === null ? 'σ_eff' : 'M'} of the material${along}`;
  return [bar === null
    ? [name, 'no error bar', 'the notes below say why']
    : [name, bar.value, `at 95 %: ${bar.parts}; the value beside it is that of this window on its voxels`]];
}

function header(data: ConductReportData): string {
  const { title, names, volume: { shape, voxelSizeUm }, results } = data;
  const [first] = results;
  const window =
    voxelSizeUm === null ? '' : ` (${shape.map((n, i) => readable(n * voxelSizeUm[i], 3)).join(' × ')} µm)`;
  const subject =
    `The effective conductivity${first.phase === null ? '' : ` of ${phaseTitle(first.phase, names)}`}`;
  const tiles = results.flatMap((result): Tile[] => {
    const along = results.length > 1 ? ` along ${result.axis}` : '';
    const range = `${readable(result.bracket[0], 5)} to ${readable(result.bracket[1], 5)}`;
    return [
      result.mFactor === null
        ? [`σ_eff${along}`, readable(result.effectiveConductivity, 4), `${range} by its own estimate`]
        : [`M-factor${along}`, readable(result.mFactor, 4), `σ_eff/σ₀, ${range} by its own estimate`],
      ...barTile(result, along),
      ...(result.tortuosityFactor === null ? [] : [[
        `tortuosity factor${along}`, readable(result.tortuosityFactor, 4),
        `ε/M; MacMullin number 1/M ${readable(result.macMullinNumber, 4)}, Bruggeman exponent ` +
          readable(result.bruggemanExponent, 3),
      ] as const]),
    ];
  });
  tiles.push([
    'volume fraction ε', readable(first.volumeFraction, 4),
    first.phase === null ? 'of what conducts' : `of ${phaseTitle(first.phase, names)}`,
  ]);
  return `<header><p class="kind">voxelith · effective conductivity</p><h1>${escape(title)}</h1>`
    + `<p class="lead">${escape(subject)} of a window of ${shape.join(' × ')} voxels${window}, ` +
      `solved for with ${BOUNDARIES[first.boundary]}; current passes ${INTERFACES[first.interface]}.</p>`
    + tilesHtml(tiles)
    + `${warningsHtml(warnings(data))}</header>`;
}

const VERDICTS = {
  both: 'within both', wiener: 'within Wiener’s only: not isotropic', none: 'outside of both',
} as const;

function checksSection({ results }: ConductReportData): string {
  const rows = results.map((result): Cell[] => {
    const { axis, bounds, flux } = result;
    const mean = (flux.inlet + flux.outlet) / 2;
    return [
      axis, readable(relative(result), 5), percent(result.errorEstimate), readable(result.residual, 2),
      mean > 0 ? percent(Math.abs(flux.inlet - flux.outlet) / mean) : '–',
      `${readable(bounds.lowerWiener, 3)} – ${readable(bounds.wiener, 3)}`,
      `${readable(bounds.lowerHashinShtrikman, 3)} – ${readable(bounds.hashinShtrikman, 3)}`,
      VERDICTS[bounds.obeyed], String(result.iterations), `${readable(result.seconds, 3)} s`,
    ];
  });
  return section('checks', 'Value and checks', tableHtml(
    'The value is read from the dissipation and approached from above. Its error estimate, ' +
      'the true residual and the balance of the flux at the two faces are '
      + 'independent of each other. Wiener’s limits hold for every structure, ' +
        'Hashin and Shtrikman’s for isotropic ones only: columns exceed them.',
    [
      'axis', 'value', 'error estimate', 'residual', 'flux in – out', 'Wiener', 'Hashin-Shtrikman', 'limits',
      'iterations', 'time',
    ], rows));
}

function fluxSection({ volume, results, names }: ConductReportData, result: ConductResult): string {
  const { fields, axis, narrowShare } = result;
  if (fields === undefined) return '';
  const { shape, voxelSizeUm } = volume;
  const beside: Axis = axis === 'y' ? 'x' : 'y';
  const middle = (across: Axis): number => Math.floor(shape[axisIndex(across)] / 2);
  const neck = narrowShare === undefined || narrowShare === null ? middle(axis) : narrowShare.plane;
  const structure = sliceFigure(sliceOf(
    volume, beside, 'Structure',
    `plane ${middle(beside)} across ${beside}; ${axis} runs ${axis === 'x' ? 'to the right' : 'downwards'}`,
  ));
  const [along, across] = fluxFigures({ flux: fields.flux, shape, voxelSizeUm }, [
    {
      name: 'Flux in the same plane', caption: `from low to high ${axis}; grey carries no current`, across: beside,
      index: middle(beside),
    },
    {
      name: 'Flux through the plane of the narrowest neck',
      caption: `plane ${neck} across ${axis}, where the fewest faces carry the most`, across: axis, index: neck,
    },
  ]);
  const parts = [
    labelLegend(phasesOf(volume), names), `<div class="grid">${[structure, along, across].join('\n')}</div>`,
  ];
  if (narrowShare !== undefined && narrowShare !== null) {
    const { mean, highest, plane, planes } = narrowShare;
    const chart = lines([{ name: 'share', colour: 'p1', x: planes.map((_, k) => k), y: planes }], {
      title: 'Flux in the narrowest tenth', xLabel: `plane across ${axis}`, yLabel: 'share of the flux', width: 620,
      height: 210,
    });
    parts.push(`<p>The most loaded tenth of the conducting area carries ${percent(mean, 3)} of the flux, ` +
        `plane by plane on average; most, ${percent(highest, 3)}, above layer ${plane}. `
      + `An even flux would give 10 %.</p>`, `<figure style="max-width:640px">${chart}</figure>`);
  }
  return section(
    `flux-${axis}`, results.length > 1 ? `Where the current flows along ${axis}` : 'Where the current flows', ...parts,
  );
}

function convergenceSection({ results }: ConductReportData): string {
  const solved = results.filter(({ history }) => history !== undefined && history.length > 1);
  if (solved.length === 0) return '';
  const figures = solved.flatMap(({ axis, history = [] }) => {
    const x = history.map((_, k) => k + 1);
    const checks: Line[] = [
      { name: 'error estimate of the value', colour: 'p1', x, y: history.map(({ errorEstimate }) => errorEstimate) },
      { name: 'residual', colour: 'p2', dashed: true, x, y: history.map(({ residual }) => residual) },
    ];
    const title = results.length > 1 ? `, along ${axis}` : '';
    return [
      lines(checks, {
        title: `Error and residual${title}`, xLabel: 'iteration', yLabel: 'relative', yScale: 'log', width: 460,
        height: 260,
      }),
      lines([{ name: 'value', colour: 'p1', x, y: history.map(({ mFactor }) => mFactor) }], {
        title: `Value by dissipation${title}`, xLabel: 'iteration', yLabel: 'σ_eff / reference σ', width: 460,
        height: 260,
      }),
    ];
  });
  return section(
    'convergence', 'How the solver got there',
    `<div class="grid" style="--n:2">${figures.map((svg) => `<figure>${svg}</figure>`).join('\n')}</div>`,
  );
}

function tensorSection({ tensor }: ConductReportData): string {
  if (tensor === null) return '';
  const cells = (row: readonly number[]): string[] => row.map((value) => fixed(value, 5));
  return section('tensor', 'Conductivity tensor',
    tableHtml('Mean flux (rows) for a unit mean gradient along each axis (columns), as solved; ' +
        `asymmetry ${percent(tensor.asymmetry)}.`,
      ['', ...AXES], AXES.map((axis, i) => [axis, ...cells(tensor.tensor[i])])),
    tableHtml('Principal conductivities of its symmetric part, with their directions.', ['', 'value', ...AXES],
      tensor.principal.map(({ value, direction }, i) => [
        `${i + 1}.`, readable(value, 5), ...cells(direction).map((text) => text.slice(0, text.length - 1)),
      ])));
}

/** The report as one HTML document without scripts and without requests; light and dark, ready to print. */
export function conductReport(data: ConductReportData): string {
  checkArguments('conductReport', { data: [data, has<ConductReportData>('title', 'volume', 'results')] });
  return page(data.title, [
    header(data),
    checksSection(data),
    tensorSection(data),
    ...data.results.map((result) => fluxSection(data, result)),
    convergenceSection(data),
    reproducibilitySection([
      { label: 'window', value: `${data.volume.shape.join(' × ')} (z, y, x), ${voxelCount(data.volume.shape)} voxels` },
      ...data.reproducibility,
    ]),
  ].filter(Boolean).join('\n'));
}
