// A run at a constant current of whatever takes steps, with what is kept of it: curves, looks at chosen moments, and
// checkpoints.
import { CancelledError } from '../core/errors.js';
import { significant } from '../core/text.js';
import type { RunOptions } from '../runtime/session.js';
import type { Checkpointing } from './checkpoint.js';
import { march, type Marched, type MarchRecord, type MarchSettings } from './march.js';
import { momentsAt, type Moment, type RunScale } from './moments.js';
import type { DepthProfile, ResolvedDischarge, ResolvedMap } from './result.js';
import type { Stepper } from './stepper.js';

/** Maps and profiles of a run that is under way. */
export interface Kept {
  readonly profiles: DepthProfile[];
  readonly maps: ResolvedMap[];
}

type OnStep = (share: number, time: number, voltage: number) => void;

/** Progress of a run: its share of the charge, and what time and voltage have come to.
 *  @returns options for the session, and what a run calls after a step */
export function reportedRun(
  operation: string, rate: number, voxels: number, run: RunOptions,
): { readonly reporting: RunOptions; readonly onStep: OnStep } {
  let [done, remark] = [0, 'begins'];
  const onProgress = (): void =>
    run.onProgress?.({ operation, stage: `${significant(rate, 3)} C`, done, total: voxels, remark });
  return {
    reporting: { ...run, ...(run.onProgress !== undefined && { onProgress }) },
    onStep(share, time, voltage) {
      done = share * voxels;
      remark = `${significant(time, 4)} s, ${voltage.toFixed(3)} V`;
    },
  };
}

export interface ConstantRun {
  readonly stepper: Stepper;
  readonly settings: MarchSettings;
  readonly scale: RunScale;
  readonly moments: readonly Moment[];
  readonly rate: number;
  /** Stoichiometries of the start and of the end of the window, and the charge between, in C/m². */
  readonly charged: number;
  readonly discharged: number;
  readonly held: number;
  /** Keeps what the accepted state looks like at moments. */
  readonly look: (moments: readonly Moment[], time: number, voltage: number, kept: Kept) => Promise<void>;
  /** Called after every accepted step with the share of the run that is done, the time and the voltage. */
  readonly onStep: OnStep;
}

/** ∫ V dq by trapezoids, in J/m². */
function energyOf(voltage: readonly number[], charge: readonly number[]): number {
  return voltage.reduce(
    (sum, v, k) => (k === 0 ? 0 : sum + ((v + voltage[k - 1]) / 2) * (charge[k] - charge[k - 1])), 0,
  );
}

/** @param checkpointing where the run leaves its state, and what it goes on from
 *  @throws CancelledError after the last checkpoint was stored */
export async function runAtCurrent(
  { stepper, settings, scale, moments, rate, charged, discharged, held, look, onStep }: ConstantRun,
  checkpointing: Checkpointing | null,
): Promise<Omit<ResolvedDischarge, 'depthUm' | 'active' | 'area'>> {
  const { current } = settings;
  const resumed = checkpointing?.resume ?? null;
  if (resumed !== null) await stepper.load(resumed.state);
  const kept: Kept = { profiles: [...resumed?.profiles ?? []], maps: [...resumed?.maps ?? []] };
  let stored = performance.now();
  let record: MarchRecord | null = resumed?.record ?? null;
  const store = async (): Promise<void> => {
    if (record === null || checkpointing === null) return;
    await checkpointing.store({ record, state: await stepper.save(), ...kept });
    stored = performance.now();
  };
  let marched: Marched;
  try {
    marched = await march(stepper, settings, record, {
      async onStep(now, stop) {
        record = now;
        const [time, voltage] = [now.time, now.voltage].map((values) => values[values.length - 1]);
        onStep(Math.min(1, time / scale.perShare), time, voltage);
        if (stop) await look(momentsAt(moments, scale, { time, voltage }), time, voltage, kept);
        if (checkpointing !== null && performance.now() - stored > 1000 * checkpointing.every) await store();
      },
    });
  } catch (error) {
    // What kernels did not end is lost, the steps before it are not.
    if (error instanceof CancelledError) await store();
    throw error;
  }
  const { endedBy, record: { time, voltage, low, high, work, balance } } = marched;
  const charge = time.map((t) => t * current);
  if (time.length > 0) {
    const end = time.length - 1;
    await look(moments.filter(({ kind }) => kind === 'end'), time[end], voltage[end], kept);
  }
  return {
    currentDensity: current, rate, charged, discharged, time, voltage, charge,
    stoichiometry: charge.map((passed) => charged + (passed * (discharged - charged)) / held),
    surface: low.map((least, k) => [least, high[k]] as const), endedBy,
    capacity: charge[charge.length - 1] ?? 0, energy: energyOf(voltage, charge), ...kept, balance, work,
  };
}
