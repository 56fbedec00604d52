// Through time at a constant current: steps as long as their errors allow, shorter ones where none is found, and an end
// exactly where a limit is met. It knows an electrode only as something that tries steps.
import { SpecError } from '../core/errors.js';
import { pow } from '../numeric/elementary.js';
import type { Attempt, Stepper } from './stepper.js';
import type { ResolvedEnd } from './result.js';

/** Errors that a step may have. */
export interface MarchTolerances {
  /** Error of a step in the stoichiometries at the interface, root of their mean square; ten times as much in one. */
  readonly stoichiometry: number;
  /** Error of a step in the voltage, in V. */
  readonly voltage: number;
}

export const MARCH_TOLERANCES: MarchTolerances = { stoichiometry: 3e-4, voltage: 3e-4 };

export interface SurfaceLimit {
  readonly endedBy: ResolvedEnd;
  readonly within: readonly [low: number, high: number];
}

/** What surfaces or the voltage must not leave. */
export interface MarchLimits {
  readonly voltage: readonly [low: number, high: number];
  /** Of stoichiometries at the interface, the narrowest first, with what a run that meets one ended by. */
  readonly surfaces: readonly SurfaceLimit[];
}

export interface MarchSettings {
  /** A/m² of cross-section, above 0 in discharge. */
  readonly current: number;
  readonly limits: MarchLimits;
  /** s; null: until a limit. */
  readonly duration: number | null;
  /** s that this current needs from empty to full: what steps are measured by. */
  readonly timescale: number;
  readonly tolerances: MarchTolerances;
  /** Moments that a step shall end at, in s, ascending, and in V, in the order in which they are met. */
  readonly stops: { readonly times: readonly number[]; readonly voltages: readonly number[] };
}

/** A run so far: its accepted steps, and all that going on needs besides the electrode's own state. */
export interface MarchRecord {
  /** Of the accepted steps, s. */
  readonly time: number[];
  /** At these times, V. */
  readonly voltage: number[];
  /** Least stoichiometry at the interface at these times. */
  readonly low: number[];
  /** Greatest stoichiometry at the interface at these times. */
  readonly high: number[];
  /** Where stops were met: places in `time`. */
  readonly stopped: number[];
  /** Stops that are done. */
  done: { times: number; voltages: number };
  /** Length that the next step is tried with, in s. */
  next: number;
  /** Accepted and refused steps, Newton steps, linear iterations, sweeps. */
  work: { steps: number; rejected: number; newton: number; iterations: number; sweeps: number };
  /** Greatest errors so far, of lithium over what the electrode holds, of charge over the current. */
  balance: { lithium: number; charge: number };
}

export interface MarchHooks {
  /** After every accepted step, and at the very start. `stop`: whether the moment was one of those asked for. */
  readonly onStep?: (record: MarchRecord, stop: boolean) => void | Promise<void>;
}

export interface Marched {
  readonly record: MarchRecord;
  readonly endedBy: ResolvedEnd;
}

/** First step, longest step and least step over the timescale. */
const FIRST_STEP = 1e-5;
const LONGEST_STEP = 1 / 50;
const LEAST_STEP = 1e-9;
/** Steps grow at most by this, below the 1 + √2 at which the second-order formula is no longer stable. */
const GROWTH = 2;
/** A longer step is worth its new response to a current only from here on. */
const WORTH = 1.25;
const SAFETY = 0.85;
/** How near to a limit a run ends: V and stoichiometry. */
const NEAR = 1e-5;
const MAX_ROOT_STEPS = 12;

const startOf = (): MarchRecord => ({
  time: [], voltage: [], low: [], high: [], stopped: [], done: { times: 0, voltages: 0 }, next: 0,
  work: { steps: 0, rejected: 0, newton: 0, iterations: 0, sweeps: 0 }, balance: { lithium: 0, charge: 0 },
});

/** What a run shall not leave, above 0 inside. */
interface Margin {
  readonly endedBy: ResolvedEnd | null;
  readonly of: (voltage: number, low: number, high: number) => number;
}

/** Only the limit ahead counts: what begins beyond one comes back to it. */
function marginsOf({ current, limits }: MarchSettings): Margin[] {
  const [lowest, highest] = limits.voltage;
  const surfaces = limits.surfaces.map(({ endedBy, within: [from, to] }): Margin => ({
    endedBy, of: (_, low, high) => (current > 0 ? to - high : low - from),
  }));
  if (current > 0) return [{ endedBy: 'lowerVoltage', of: (v) => v - lowest }, ...surfaces];
  if (current < 0) return [{ endedBy: 'upperVoltage', of: (v) => highest - v }, ...surfaces];
  return [];
}

/** Root in (0, 1) of the parabola that is `before` at −back, `here` at 0 and `there` at 1: these two differ in sign. */
function rootOf(before: number | null, back: number, here: number, there: number): number {
  const straight = here / (here - there);
  if (before === null) return straight;
  const bend = ((there - here) - (here - before) / back) / (1 + back);
  const slope = there - here - bend;
  // The stable form; the root between ends of different signs is the only one there.
  const root = Math.sqrt(Math.max(0, slope * slope - 4 * bend * here));
  const q = -0.5 * (slope + Math.sign(slope || -1) * root);
  const inside = [q / bend, here / q].find((s) => s > 0 && s < 1);
  return inside ?? straight;
}

/** Error of the voltage at the end of a step, from its differences over the last steps. The moment 0 is none of them:
 *  the surface jumps by half a voxel's diffusion when a current begins. */
function voltageError({ time, voltage }: MarchRecord, dt: number, found: number): number {
  const n = time.length - 1;
  const t = time[n] + dt;
  if (n < 2) return 0;
  const first = (k: number): number => (voltage[k] - voltage[k - 1]) / (time[k] - time[k - 1]);
  const newest = (found - voltage[n]) / dt;
  const second = (newest - first(n)) / (t - time[n - 1]);
  if (n < 3) return dt * dt * Math.abs(second);
  const older = (first(n) - first(n - 1)) / (time[n] - time[n - 2]);
  const third = (second - older) / (t - time[n - 2]);
  const ratio = dt / (time[n] - time[n - 1]);
  return (((1 + ratio) * (1 + ratio)) / (ratio * (1 + 2 * ratio))) * (dt * dt * dt) * Math.abs(third);
}

class March {
  readonly margins: readonly Margin[];

  constructor(
    readonly stepper: Stepper, readonly settings: MarchSettings, readonly record: MarchRecord,
    readonly hooks: MarchHooks,
  ) {
    this.margins = marginsOf(settings);
  }

  private get now(): number {
    return this.record.time[this.record.time.length - 1];
  }

  private async attempt(dt: number): Promise<Attempt> {
    const attempt = await this.stepper.attempt(dt, this.settings.current);
    const { work } = this.record;
    work.newton += attempt.work.newton;
    work.iterations += attempt.work.iterations;
    work.sweeps += attempt.work.sweeps;
    return attempt;
  }

  private async accept(dt: number, attempt: Attempt, stop: boolean): Promise<void> {
    const { record, hooks } = this;
    await this.stepper.accept();
    record.time.push(record.time.length === 0 ? 0 : this.now + dt);
    record.voltage.push(attempt.voltage);
    record.low.push(attempt.surface[0]);
    record.high.push(attempt.surface[1]);
    record.balance.lithium = Math.max(record.balance.lithium, Math.abs(attempt.balance.lithium));
    record.balance.charge = Math.max(record.balance.charge, Math.abs(attempt.balance.charge));
    if (dt > 0) record.work.steps++;
    if (stop) record.stopped.push(record.time.length - 1);
    await hooks.onStep?.(record, stop);
  }

  /** The margin that a step has crossed first. */
  private crossed({ voltage, surface: [low, high] }: Attempt, margins: readonly Margin[]): Margin | null {
    return margins.find(({ of }) => !(of(voltage, low, high) > 0)) ?? null;
  }

  /** A voltage to stop at, as a margin. */
  private stopVoltage(): Margin | null {
    const { settings: { current, stops: { voltages } }, record: { done, voltage } } = this;
    const ahead = (from: number, volts: number): number => (current > 0 ? from - volts : volts - from);
    // Those that lie behind the start are never met.
    while (done.voltages < voltages.length && ahead(voltage[voltage.length - 1], voltages[done.voltages]) <= NEAR) {
      done.voltages++;
    }
    const volts = voltages[done.voltages];
    return volts === undefined ? null : { endedBy: null, of: (at) => ahead(at, volts) };
  }

  /** Takes the step anew until it ends at the root of a margin that it has crossed. */
  private async toRoot(margin: Margin, dt: number, beyond: Attempt): Promise<{ dt: number; attempt: Attempt }> {
    const { time, voltage, low, high } = this.record;
    const n = time.length - 1;
    const valueAt = (k: number): number => margin.of(voltage[k], low[k], high[k]);
    const valueOf = ({ voltage: v, surface }: Attempt): number => margin.of(v, surface[0], surface[1]);
    let [near, far] = [{ dt: 0, value: valueAt(n) }, { dt, value: valueOf(beyond) }];
    let best = { dt, attempt: beyond };
    let last = best;
    // The surface jumps when a current begins: the first step has no past.
    let before = n >= 2 ? { back: time[n] - time[n - 1], value: valueAt(n - 1) } : null;
    for (let k = 0; k < MAX_ROOT_STEPS && Math.abs(valueOf(best.attempt)) > NEAR; k++) {
      const width = far.dt - near.dt;
      const share = k > 3 ? 0.5 : rootOf(before?.value ?? null, (before?.back ?? 0) / width, near.value, far.value);
      const tried = near.dt + width * Math.min(Math.max(share, 0.01), 0.99);
      last = { dt: tried, attempt: await this.attempt(tried) };
      if (!last.attempt.converged) {
        // Lithium cannot follow as far as this: as good as beyond.
        far = { dt: tried, value: far.value };
        before = null;
        continue;
      }
      best = last;
      const value = valueOf(best.attempt);
      if (value > 0) {
        before = { back: tried - near.dt, value: near.value };
        near = { dt: tried, value };
      } else far = { dt: tried, value };
    }
    // The stepper holds what it tried last.
    return best === last ? best : { dt: best.dt, attempt: await this.attempt(best.dt) };
  }

  async run(): Promise<ResolvedEnd> {
    const { record, settings } = this;
    if (record.time.length === 0) {
      const at = await this.attempt(0);
      if (!at.converged) return 'noPotentials';
      record.next = FIRST_STEP * settings.timescale;
      await this.accept(0, at, false);
      const beyond = this.crossed(at, this.margins);
      if (beyond !== null) return beyond.endedBy!;
    }
    for (;;) {
      const ended = await this.step();
      if (ended !== null) return ended;
    }
  }

  /** Tries one step, and takes it or makes the next one shorter. */
  private async step(): Promise<ResolvedEnd | null> {
    const { record, settings: { duration, timescale, tolerances, stops } } = this;
    const stopTime = stops.times[record.done.times] ?? Infinity;
    const end = Math.min(stopTime, duration ?? Infinity);
    const room = end - this.now;
    if (room <= 0) {
      if (duration !== null && this.now >= duration) return 'time';
      record.done.times++;
      return null;
    }
    // Two halves where one step would leave a sliver.
    const dt = room <= record.next ? room : room < 2 * record.next ? room / 2 : record.next;
    const attempt = await this.attempt(dt);
    if (!attempt.converged) {
      record.work.rejected++;
      record.next = dt / 2;
      return record.next < LEAST_STEP * timescale ? 'stuck' : null;
    }
    const { error } = attempt;
    const size = Math.max(
      error.rms / tolerances.stoichiometry, error.largest / (10 * tolerances.stoichiometry),
      voltageError(record, dt, attempt.voltage) / tolerances.voltage,
    );
    // Neither Math.cbrt nor **: engines differ in their last bits, and then in every later step.
    const factor = SAFETY * pow(Math.max(size, 1e-6), -1 / 3);
    if (size > 1 && dt > LEAST_STEP * timescale) {
      record.work.rejected++;
      record.next = dt * Math.max(0.2, Math.min(factor, 0.8));
      return null;
    }
    const crossed = this.crossed(attempt, this.margins);
    const stop = this.stopVoltage();
    const passed = stop === null ? null : this.crossed(attempt, [stop]);
    if (passed !== null) {
      const found = await this.toRoot(passed, dt, attempt);
      record.done.voltages++;
      await this.accept(found.dt, found.attempt, true);
      return null;
    }
    if (crossed !== null) {
      const found = await this.toRoot(crossed, dt, attempt);
      await this.accept(found.dt, found.attempt, false);
      return crossed.endedBy;
    }
    if (factor > WORTH && dt >= record.next) {
      record.next = Math.min(dt * Math.min(GROWTH, factor), LONGEST_STEP * timescale);
    } else if (factor < 1) record.next = Math.min(record.next, dt * factor);
    const stopped = dt === room;
    if (stopped && end === stopTime) record.done.times++;
    await this.accept(dt, attempt, stopped && end === stopTime);
    return stopped && end === duration ? 'time' : null;
  }
}

/** Marches until a limit, or for a time.
 *  @param record of a run that is gone on with, whose state the electrode has; null: from the electrode's start
 *  @throws SpecError for a current of 0 without a duration, and what the electrode throws */
export async function march(
  stepper: Stepper, settings: MarchSettings, record: MarchRecord | null = null, hooks: MarchHooks = {},
): Promise<Marched> {
  if (settings.current === 0 && settings.duration === null) {
    throw new SpecError('march: a current of 0 meets no limit; give a duration');
  }
  const run = new March(stepper, settings, record ?? startOf(), hooks);
  return { endedBy: await run.run(), record: run.record };
}
