// What a series says: masses, ohmic loss, where electrons begin to get through, which contents do for both.
import { checkArguments, has } from '../../core/arguments.js';
import { SpecError } from '../../core/errors.js';
import type { Phase } from '../../core/volume.js';
import { expm1, log } from '../../numeric/elementary.js';
import type { SeriesValues } from './inputs.js';
import type { Series, SeriesRow } from './series.js';

/** A row with what the materials' numbers add to it. */
export interface SeriesResult extends SeriesRow {
  /** Effective, S/m. */
  readonly ionConductivity: number;
  /** L/3 · (1/σ_eff + 1/κ_eff), Ω cm²: what an electrode in which the current passes evenly from electrons to ions
   *  loses on the way of both; null where one of them does not get through, or no thickness is known. */
  readonly ohmicResistance: number | null;
  /** Active material, mg/cm²; null where no thickness is known. */
  readonly activeLoading: number | null;
  /** Additive, mg/cm²; null likewise. */
  readonly additiveLoading: number | null;
  /** All labels with a density, mg/cm²; null likewise. */
  readonly loading: number | null;
  /** Of the active material, mAh/cm². */
  readonly arealCapacity: number | null;
  /** The same per gram of all labels with a density, mAh/g. */
  readonly specificCapacity: number;
}

/** What a series says as a whole; contents are shares of the window. */
export interface SeriesFindings {
  /** Content at which the additive first joins both faces along the axis, to one voxel; null: never. */
  readonly spansAt: number | null;
  /** Relative rise of σ_eff per vol-% of additive from half of `spansAt` to it, and from it to one and a half; null
   *  where the rows do not reach so far. */
  readonly growth: { readonly below: number; readonly above: number } | null;
  /** Contents at which the additive spans and ions keep `keep` of the M that they have without it; null: none. */
  readonly window: { readonly from: number; readonly to: number } | null;
  /** Share of M that ions must keep. */
  readonly keep: number;
  /** Content at which `keep` is reached, between rows by interpolation; null: not within the series. */
  readonly keepsUpTo: number | null;
  /** Content of the least ohmic loss among the rows; null where it is not known. */
  readonly leastLoss: number | null;
}

/** Share of M that ions must keep where nothing is said. */
export const FINDINGS_DEFAULTS = { keep: 0.4 } as const;

/** Rows with masses, capacities and ohmic losses.
 *  @param fractions share of the window that each label has in the first row */
export function seriesResults(
  rows: readonly SeriesRow[], labels: { readonly active: Phase; readonly label: Phase; readonly into: Phase },
  fractions: ReadonlyMap<Phase, number>, values: SeriesValues,
): SeriesResult[] {
  checkArguments('seriesResults', {
    rows: [rows, 'records'], labels: [labels, 'record'], fractions: [fractions, 'object'], values: [values, 'record'],
  });
  const { active, label: additive, into } = labels;
  const activeFraction = fractions.get(active) ?? 0;
  const { density, capacity, thickness, electrolyteConductivity } = values;
  // µm · g/cm³ is 0.1 mg/cm².
  const areal = (fraction: number, label: number): number | null =>
    thickness === null ? null : 0.1 * thickness * fraction * (density[label] ?? 0);
  const others = Object.keys(density).map(Number)
    .filter((label) => label !== active && label !== additive && label !== into);
  return rows.map((row) => {
    const { fraction, electronConductivity, ionMFactor } = row;
    const ionConductivity = ionMFactor * electrolyteConductivity;
    const shares: [label: number, share: number][] = [
      [active, activeFraction], [additive, fraction],
      // What is filled makes room for what is added.
      [into, (fractions.get(into) ?? 0) - (fraction - rows[0].fraction)],
      ...others.map((label): [number, number] => [label, fractions.get(label) ?? 0]),
    ];
    const mass = shares.reduce((sum, [label, share]) => sum + share * (density[label] ?? 0), 0);
    const activeMass = activeFraction * density[active];
    return {
      ...row, ionConductivity,
      ohmicResistance: thickness === null || electronConductivity === 0 || ionConductivity === 0 ? null
        // µm / (S/m) is 1e-2 Ω cm².
        : (1e-2 * thickness / 3) * (1 / electronConductivity + 1 / ionConductivity),
      activeLoading: areal(activeFraction, active), additiveLoading: areal(fraction, additive),
      loading: thickness === null ? null : 0.1 * thickness * mass,
      arealCapacity: thickness === null ? null : 0.1 * thickness * activeMass * capacity * 1e-3,
      specificCapacity: (activeMass / mass) * capacity,
    };
  });
}

/** Value between rows, linear in `of`; null outside of them, or where a value is not known. */
function between(
  rows: readonly SeriesResult[], content: number, of: (row: SeriesResult) => number | null,
): number | null {
  const after = rows.findIndex(({ fraction }) => fraction >= content);
  if (after < 0) return null;
  const high = of(rows[after]);
  if (rows[after].fraction === content || high === null) return high;
  const low = after === 0 ? null : of(rows[after - 1]);
  if (low === null) return null;
  const [a, b] = [rows[after - 1].fraction, rows[after].fraction];
  return low + ((content - a) / (b - a)) * (high - low);
}

/** What the rows of a series say together: where the additive spans, which contents leave ions enough.
 *  @param keep share of M that ions must keep
 *  @throws SpecError for a share `keep` that is none */
export function seriesFindings(
  series: Pick<Series, 'insertion' | 'axis'>, rows: readonly SeriesResult[], keep: number = FINDINGS_DEFAULTS.keep,
): SeriesFindings {
  checkArguments('seriesFindings', {
    series: [series, has<Pick<Series, 'insertion' | 'axis'>>('insertion', 'axis')], rows: [rows, 'records'],
  });
  if (rows.length === 0) throw new SpecError('seriesFindings: rows is empty; expected those of seriesResults');
  const { insertion, axis } = series;
  if (!(keep > 0 && keep < 1)) throw new SpecError(`series: keep is a share above 0 and below 1, got ${keep}`);
  const spansAt = insertion.spansAt[axis];
  const logSigma = ({ electronConductivity: sigma }: SeriesResult): number | null =>
    (sigma > 0 ? log(sigma) : null);
  const rise = (from: number, to: number): number | null => {
    const [low, high] = [between(rows, from, logSigma), between(rows, to, logSigma)];
    return low === null || high === null || to <= from ? null : expm1((high - low) / (100 * (to - from)));
  };
  const [below, above] = spansAt === null ? [null, null]
    : [rise(0.5 * spansAt, spansAt), rise(spansAt, 1.5 * spansAt)];
  const limit = keep * rows[0].ionMFactor;
  const first = rows.findIndex(({ ionMFactor }) => ionMFactor < limit);
  let keepsUpTo: number | null = null;
  if (first > 0) {
    const [a, b] = [rows[first - 1], rows[first]];
    keepsUpTo = a.fraction + ((a.ionMFactor - limit) / (a.ionMFactor - b.ionMFactor)) * (b.fraction - a.fraction);
  }
  const to = keepsUpTo ?? rows[rows.length - 1].fraction;
  const ionsPass = rows[0].ionMFactor > 0;
  const losses = rows.filter(({ ohmicResistance }) => ohmicResistance !== null);
  const best = losses.length === 0 ? null
    : losses.reduce((a, b) => (b.ohmicResistance! < a.ohmicResistance! ? b : a));
  return {
    spansAt, growth: below === null || above === null ? null : { below, above },
    window: ionsPass && spansAt !== null && spansAt <= to ? { from: spansAt, to } : null,
    keep, keepsUpTo: ionsPass ? keepsUpTo : null, leastLoss: best?.fraction ?? null,
  };
}
