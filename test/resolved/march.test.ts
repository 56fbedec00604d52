import { describe, expect, it } from 'vitest';
import { march, MARCH_TOLERANCES, type MarchRecord, type MarchSettings } from '../../src/resolved/march.js';
import type { Attempt, Stepper } from '../../src/resolved/stepper.js';
import { planar, smallElectrode } from './electrodes.js';
import { Twin } from './twin.js';

const settingsOf = (twin: Twin, rate: number, more: Partial<MarchSettings> = {}): MarchSettings => ({
  current: (rate * twin.capacity * (1 - twin.of.start)) / 3600,
  limits: { voltage: [3.4, 4.4], surfaces: [{ endedBy: 'stoichiometry', within: [0, 1] }] },
  duration: null, timescale: 3600 / Math.abs(rate), tolerances: MARCH_TOLERANCES, stops: { times: [], voltages: [] },
  ...more,
});

const last = <T>(values: readonly T[]): T => values[values.length - 1];

/** A stepper that does not manage steps longer than `longest(time)`. */
class Stubborn implements Stepper {
  time = 0;
  private dt = 0;
  constructor(private readonly inner: Stepper, private readonly longest: (time: number) => number) {}
  async attempt(dt: number, current: number): Promise<Attempt> {
    this.dt = dt;
    const attempt = await this.inner.attempt(dt, current);
    return { ...attempt, converged: attempt.converged && dt <= this.longest(this.time) };
  }
  async accept(): Promise<void> {
    this.time += this.dt;
    await this.inner.accept();
  }
  restart(): void {
    this.inner.restart();
  }
  save(): ReturnType<Stepper['save']> {
    return this.inner.save();
  }
  load(state: Parameters<Stepper['load']>[0]): Promise<void> {
    return this.inner.load(state);
  }
}

describe('marching through time', () => {
  it('[oracle] ends at the voltage limit, within a millivolt of a run with steps a third as long', async () => {
    const run = async (tolerance: number, times: readonly number[]): Promise<MarchRecord> => {
      const twin = new Twin(smallElectrode());
      const tolerances = { stoichiometry: tolerance, voltage: tolerance };
      const { endedBy, record } = await march(
        twin, settingsOf(twin, 1, { tolerances, stops: { times, voltages: [] } }),
      );
      expect(endedBy).toBe('lowerVoltage');
      expect(Math.abs(last(record.voltage) - 3.4)).toBeLessThan(1e-5);
      expect(record.balance.lithium).toBeLessThan(1e-9);
      expect(record.balance.charge).toBeLessThan(1e-9);
      return record;
    };
    const times = [30, 300, 1000, 2000, 3000, 3400];
    const [usual, fine] = [await run(MARCH_TOLERANCES.voltage, times), await run(1e-5, times)];
    expect(usual.work.steps).toBeLessThan(100);
    expect(fine.work.steps).toBeGreaterThan(2 * usual.work.steps);
    expect(Math.abs(last(usual.time) / last(fine.time) - 1)).toBeLessThan(2e-4);
    usual.stopped.forEach((k, n) => {
      expect(usual.time[k]).toBeCloseTo(times[n], 9);
      expect(Math.abs(usual.voltage[k] - fine.voltage[fine.stopped[n]]), `at ${times[n]} s`).toBeLessThan(1e-3);
    });
    expect(usual.stopped.length).toBe(times.length);
  });

  it('[exact] ends steps at voltages and times that are asked for, and leaves out those behind the start', async () => {
    const twin = new Twin(planar(6));
    const stops = { times: [100, 200], voltages: [4.5, 3.9, 3.7] };
    const { record } = await march(twin, settingsOf(twin, 0.5, { stops }));
    expect(record.stopped.length).toBe(4);
    const found = record.stopped.map((k) => [record.time[k], record.voltage[k]]);
    for (const time of stops.times) expect(found.some(([t]) => Math.abs(t - time) < 1e-9)).toBe(true);
    for (const volts of [3.9, 3.7]) expect(found.some(([, v]) => Math.abs(v - volts) < 1e-5)).toBe(true);
  });

  it('[law] charge back gives the stoichiometry of the start at rest', async () => {
    const twin = new Twin(smallElectrode());
    const out = settingsOf(twin, 1, { duration: 1200 });
    expect((await march(twin, out)).endedBy).toBe('time');
    twin.restart();
    expect((await march(twin, { ...out, current: -out.current })).endedBy).toBe('time');
    twin.restart();
    const rest = await march(twin, { ...out, current: 0, duration: 1e5, timescale: 1e5 });
    expect(rest.endedBy).toBe('time');
    const { stoichiometry } = twin.state();
    for (const x of stoichiometry) if (!Number.isNaN(x)) expect(Math.abs(x - 0.27)).toBeLessThan(1e-6);
    expect(last(rest.record.voltage)).toBeCloseTo(twin.of.potential.value(0.27), 5);
  });

  it('[law] a run that was stopped and written goes on to the same end', async () => {
    const whole = new Twin(smallElectrode());
    const settings = settingsOf(whole, 1);
    const straight = await march(whole, settings);
    const first = new Twin(smallElectrode());
    const moments: string[] = [];
    const begun = await march(first, { ...settings, duration: 1500 }, null, {
      onStep: (record) => void moments.push(JSON.stringify(record)),
    });
    // What hooks see is all that going on needs, from the first moment on.
    for (const moment of moments) expect((JSON.parse(moment) as MarchRecord).next).toBeGreaterThan(0);
    const written = moments[moments.length - 1];
    const second = new Twin(smallElectrode());
    await second.load(await first.save());
    const gone = await march(second, settings, JSON.parse(written) as MarchRecord);
    expect(gone.endedBy).toBe('lowerVoltage');
    expect(gone.record.time.slice(0, begun.record.time.length)).toEqual(begun.record.time);
    expect(Math.abs(last(gone.record.time) / last(straight.record.time) - 1)).toBeLessThan(1e-4);
  });

  it('[law] halves steps that fail, and gives up where none is short enough', async () => {
    const twin = new Twin(planar(4));
    const settings = settingsOf(twin, 1);
    const slow = await march(new Stubborn(twin, (time) => (time < 300 ? Infinity : 20)), settings);
    expect(slow.endedBy).toBe('lowerVoltage');
    const { time, work } = slow.record;
    expect(work.rejected).toBeGreaterThan(0);
    time.forEach((t, k) => { if (k > 0 && time[k - 1] >= 300) expect(t - time[k - 1]).toBeLessThanOrEqual(20); });
    const stuck = await march(new Stubborn(new Twin(planar(4)), (at) => (at < 300 ? Infinity : 0)), settings);
    expect(stuck.endedBy).toBe('stuck');
    expect(last(stuck.record.time)).toBeGreaterThanOrEqual(300);
    const none = await march(new Stubborn(new Twin(planar(4)), () => -1), settings);
    expect(none.endedBy).toBe('noPotentials');
  });

  it('[exact] a current whose first voltage lies beyond the limit ends at once', async () => {
    const twin = new Twin(planar(4));
    const run = await march(twin, settingsOf(twin, 500));
    expect([run.endedBy, run.record.time]).toEqual(['lowerVoltage', [0]]);
  });

  it('refuses a rest without an end', async () => {
    const twin = new Twin(planar(4));
    await expect(march(twin, { ...settingsOf(twin, 1), current: 0 })).rejects.toThrow(/give a duration/);
  });
});
