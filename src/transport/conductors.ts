// Which labels conduct, how well, and what the result is compared with.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { checkPhase, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';

/** Conductivity per label, in any unit; labels that are not named insulate. */
export type Conductivities = Readonly<Record<number, number>>;

/** Checked conductivities. */
export interface Conductors {
  /** Phase that M refers to; null when the caller named none. */
  readonly phase: Phase | null;
  /** Labels with σ > 0, ascending. */
  readonly conducting: readonly Phase[];
  readonly conductivity: Conductivities;
  /** σ of `phase`, or the largest: fluxes are in units of it. */
  readonly reference: number;
}

/** Largest ratio of two conductivities: beyond it f32 cannot tell the worse conductor from an insulator. */
export const MAX_CONTRAST = 1e8;

/** @param phase what M refers to; alone it means that this phase conducts with σ = 1 and all others insulate
 *  @throws SpecError for neither, labels that do not occur, σ that is negative, not finite, 0 everywhere or of too wide
 *    a range */
export function checkConductors(
  where: string, volume: LabelVolume, phase: Phase | null, conductivity: Conductivities | null,
): Conductors {
  if (phase !== null) checkPhase(where, volume, phase);
  if (conductivity === null) {
    if (phase === null) {
      throw new SpecError(
        `${where}: expected a phase or a conductivity per label, found neither; give phase: 1 or conductivity: {1: ` +
          '1, 2: 0.01}',
      );
    }
    return { phase, conducting: [phase], conductivity: { [phase]: 1 }, reference: 1 };
  }
  for (const [label, sigma] of Object.entries(conductivity)) {
    checkPhase(where, volume, Number(label));
    if (!(sigma >= 0 && Number.isFinite(sigma))) {
      throw new SpecError(`${where}: the conductivity of label ${label} must be a finite number ≥ 0, got ${sigma}`);
    }
  }
  const conducting = Object.keys(conductivity).map(Number).filter((label) => conductivity[label] > 0);
  if (conducting.length === 0) {
    throw new SpecError(`${where}: no label conducts; expected at least one conductivity above 0`);
  }
  const best = conducting.reduce((a, b) => (conductivity[b] > conductivity[a] ? b : a));
  const worst = conducting.reduce((a, b) => (conductivity[b] < conductivity[a] ? b : a));
  if (conductivity[best] / conductivity[worst] > MAX_CONTRAST) {
    throw new SpecError(
      `${where}: conductivities from ${conductivity[worst]} (label ${worst}) to ${conductivity[best]} (label ` +
        `${best}) differ by more than a factor of ${MAX_CONTRAST.toExponential(0)}, which cannot be resolved; ` +
          'set the smallest to 0',
    );
  }
  if (phase !== null && !conducting.includes(phase)) {
    throw new SpecError(
      `${where}: M is relative to phase ${phase}, which has no conductivity; give it one above 0, or no phase`,
    );
  }
  return { phase, conducting, conductivity, reference: conductivity[phase ?? best] };
}

/** Labels of an image that have no σ, or a σ of 0, ascending. */
export function insulatingLabels(volume: LabelVolume, conductivity: Conductivities): Phase[] {
  checkArguments('insulatingLabels', { volume: [volume, 'record'], conductivity: [conductivity, 'record'] });
  return phasesOf(volume).filter((label) => !(conductivity[label] > 0));
}
