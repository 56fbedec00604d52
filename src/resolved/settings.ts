// How a run goes at a constant current, from what is asked of it and what the electrode of the image holds: the same
// for solid and liquid electrolytes.
import { layoutOf, type Cell } from '../cell/cell.js';
import type { Curve } from '../cell/curves/curve.js';
import { surfaceWindow } from '../cell/experiments/limits.js';
import type { MarchLimits, MarchSettings, MarchTolerances } from './march.js';
import { stopsOf, type Moment, type RunScale } from './moments.js';

/** What is asked of a run; one of `rate` and `current` is no null. */
export interface AskedRun {
  readonly rate: number | null;
  readonly current: number | null;
  readonly nominalCapacity: number | null;
  readonly duration: number | null;
  readonly moments: readonly Moment[];
  readonly tolerances: MarchTolerances;
}

/** What a run must not leave. */
function limitsOf(cell: Cell, { domain }: Curve): MarchLimits {
  return {
    voltage: cell.voltageLimits,
    surfaces: [
      { endedBy: 'stoichiometry', within: surfaceWindow(layoutOf(cell).positive) },
      ...(domain === null ? [] : [{ endedBy: 'tableEnd', within: domain } as const]),
    ],
  };
}

/** @param held charge that the active material takes from its start to the end of its window, in C/m²
 *  @param potential U of the active material */
export function runSettings(cell: Cell, asked: AskedRun, held: number, potential: Curve): {
  readonly rate: number; readonly scale: RunScale; readonly settings: MarchSettings;
} {
  const { duration, moments, tolerances } = asked;
  const nominal = asked.nominalCapacity ?? held;
  const current = asked.current ?? (asked.rate! * nominal) / 3600;
  const rate = (3600 * current) / nominal;
  const scale: RunScale = { perShare: 3600 / Math.abs(rate), falls: current > 0 };
  return {
    rate, scale,
    settings: {
      current, limits: limitsOf(cell, potential), duration, tolerances, stops: stopsOf(moments, scale),
      timescale: Number.isFinite(scale.perShare) ? scale.perShare : duration!,
    },
  };
}
