// How `voxelith conduct` shows what was solved: a line of a table, a text, an object.
import { AXES } from '../core/grid.js';
import { phaseTitle, type PhaseNames } from '../core/phase-names.js';
import type { Phase } from '../core/volume.js';
import type { ConductResult } from '../transport/conduct.js';
import { quantityKey, unitText } from '../descriptors/quantity.js';
import { ERROR_BAR_QUANTITIES, TRANSPORT_QUANTITIES } from '../transport/quantities.js';
import { iterationsText, solveReport } from '../transport/solve-report.js';
import type { ConductivityTensor } from '../transport/tensor.js';
import { errorBarLines } from '../transport/uncertainty/text.js';
import type { BatchFormat, TableLine } from './batch.js';
import { significant, textTable } from './text.js';

/** A result without its arrays of voxels. */
export type Printed = Omit<ConductResult, 'fields'>;

interface Along extends Partial<Omit<ConductivityTensor, 'axes'>> {
  readonly axes: Readonly<Record<string, Printed>>;
}

/** One axis, several, or several with the tensor. */
export type Conducted = (Printed | Along) & {
  /** Labels of the image that have no σ, or a σ of 0. */
  readonly insulating: readonly Phase[],
};

/** Of one phase, or of several by their labels. */
export type ConductedAll = Conducted | { readonly phases: Readonly<Record<string, Conducted>> };

function eachOf(all: ConductedAll): readonly Conducted[] {
  return 'phases' in all ? Object.values(all.phases) : [all];
}

export function resultsOf(all: ConductedAll): readonly Printed[] {
  return eachOf(all).flatMap((conducted) => ('axes' in conducted ? Object.values(conducted.axes) : [conducted]));
}

/** A row of the table: nested numbers get columns of their own, lists none. */
function line(result: Printed): TableLine {
  const {
    flux, bounds, bracket, conductivity, meanFlux, openFraction, history: _history, narrowShare,
    warnings: _warnings, insulating: _insulating, uncertainty, ...rest
  } = result as Printed & Partial<Pick<Conducted, 'insulating'>>;
  const labels = Object.entries(conductivity).map(([label, sigma]) => [`conductivity${label}`, sigma]);
  return {
    ...rest, ...Object.fromEntries(labels), bracketLow: bracket[0], bracketHigh: bracket[1], fluxInlet: flux.inlet,
    fluxOutlet: flux.outlet, ...bounds,
    ...(
      openFraction && { openFractionZ: openFraction.z, openFractionY: openFraction.y, openFractionX: openFraction.x }
    ),
    ...(meanFlux && { meanFluxZ: meanFlux.z, meanFluxY: meanFlux.y, meanFluxX: meanFlux.x }),
    ...(uncertainty && {
      materialValue: uncertainty.value, materialPlusMinus: uncertainty.plusMinus,
      materialPlusMinusVoxels: uncertainty.parts.voxels, materialPlusMinusWindow: uncertainty.parts.window,
      materialPlusMinusSolver: uncertainty.parts.solver,
    }),
    ...(narrowShare && { narrowShareMean: narrowShare.mean, narrowShareHighest: narrowShare.highest }),
  };
}

function tensorText({ tensor, asymmetry, principal }: Partial<Omit<ConductivityTensor, 'axes'>>): string[] {
  if (tensor === undefined || principal === undefined) return [];
  const rows = AXES.map((axis, i) => [axis, ...tensor[i].map((value) => significant(value, 5))]);
  const directions = principal.map(
    ({ value, direction }) => [significant(value, 5), ...direction.map((component) => significant(component, 3))],
  );
  return [
    '', 'conductivity tensor: mean flux along the row’s axis for a gradient along the column’s' +
      `, asymmetry ${significant(asymmetry, 2)}`,
    textTable([['', ...AXES], ...rows]), '', textTable([['principal', 'z', 'y', 'x'], ...directions]),
  ];
}

/** "; labels 3 and 4 insulate", behind conductivities: a label that was forgotten would change the result. */
function insulatingText(conducted: Conducted): string {
  const [{ phase, conductivity }] = resultsOf(conducted);
  const { insulating } = conducted;
  if (insulating.length === 0 || (phase !== null && Object.keys(conductivity).length === 1)) return '';
  return `; ${insulating.length > 1 ? 'labels' : 'label'} ${insulating.join(' and ')} ` +
    `${insulating.length > 1 ? 'insulate' : 'insulates'}`;
}

function text(file: string, conducted: Conducted, names: PhaseNames): string {
  const results = resultsOf(conducted);
  const [{ phase, conductivity }] = results;
  const relative = phase !== null;
  const head = [
    'axis', relative ? 'M' : 'σ_eff', 'ε', ...(relative ? ['tortuosity factor', 'MacMullin'] : []), 'HS bound',
    'iterations', 'error est.', 'flux in', 'flux out', 'seconds',
  ];
  const rows = results.map((r) => [
    r.axis, significant(relative ? r.mFactor : r.effectiveConductivity, 5), significant(r.volumeFraction),
    ...(relative ? [significant(r.tortuosityFactor), significant(r.macMullinNumber)] : []),
    significant(r.bounds.hashinShtrikman), String(r.iterations), significant(r.errorEstimate, 2),
    significant(r.flux.inlet), significant(r.flux.outlet), significant(r.seconds, 3),
  ]);
  const subject = relative
    ? phaseTitle(phase, names)
    : Object.entries(conductivity).map(([label, sigma]) => `σ${label} = ${sigma}`).join(', ');
  const blocked = results.filter((r) => !r.percolates).map(
    (r) =>
      `${relative ? subject : 'nothing'} ${relative ? 'does not join' : 'joins'} both faces along ${r.axis}: M = 0`,
  );
  const bars = results.flatMap(errorBarLines);
  const narrow = results.flatMap(({ axis, narrowShare }) => (narrowShare
    ? [
      `narrowest tenth of the area along ${axis}: ${significant(100 * narrowShare.mean, 3)} % of the flux, ` +
        `at most ${significant(100 * narrowShare.highest, 3)} % (above layer ${narrowShare.plane})`,
    ]
    : []));
  const reports = results.filter((r) => r.history !== undefined).flatMap((r) => ['', solveReport(r)]);
  return [
    `${file}, ${subject}${insulatingText(conducted)}`, textTable([head, ...rows]), ...bars, ...blocked, ...narrow,
    ...('axes' in conducted ? tensorText(conducted) : []), ...reports,
  ].join('\n');
}

/** Of the numbers in the JSON; fluxes and bounds are in units of the reference conductivity. */
const UNITS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(TRANSPORT_QUANTITIES.filter((one) => !ERROR_BAR_QUANTITIES.includes(one))
    .map((one) => [quantityKey(one), unitText(one.unit) || '1'])),
  volumeFraction: '1', bruggemanExponent: '1', residual: '1',
  conductivity: 'any, that of the σ given', effectiveConductivity: 'that of conductivity', seconds: 's',
  peakBytes: 'bytes',
};

export const conductFormat = (names: PhaseNames): BatchFormat<ConductedAll> => ({
  lines: (all) => resultsOf(all).map(line),
  units: () => UNITS,
  text: (file, all) => eachOf(all).map((conducted) => text(file, conducted, names)).join('\n\n'),
});

/** What stands on stderr for a solve that stopped early; its result was printed before. */
export function unfinished(
  { axis, phase, iterations, errorEstimate, bracket, referenceConductivity }: Printed,
): string {
  const [low, high] = bracket.map((value) => significant(phase === null ? value : value / referenceConductivity, 5));
  return `conduct: not converged along ${axis} after ${iterationsText(iterations)}: ` +
    `${phase === null ? 'σ_eff' : 'M'} lies between ${low} and ${high} ` +
    `(error about ${significant(errorEstimate, 2)}); raise --max-iterations or --tolerance`;
}
