// A number with a slider beside it. The number is the control that has a name, and may lie outside of the slider.
import { make } from '../src/viewer/elements.js';

/** What a model says of one of its numbers. */
export interface Scale {
  readonly range?: {
    readonly min?: number; readonly max?: number; readonly above?: number; readonly below?: number;
    readonly whole?: boolean;
  };
  readonly coordinate?: {
    readonly kind: 'logarithm' | 'linear';
    limits(longest: number): readonly [low: number, high: number];
  };
}

interface Track {
  readonly from: number;
  readonly to: number;
  readonly logarithmic: boolean;
}

/** Positions of a slider from end to end. */
const STEPS = 1000;
/** How far a slider of a length or an inverse one goes, as a ratio. */
const RATIO = 5;
/** How far one of a threshold goes, in its own unit. */
const SPAN = 3;
/** Numbers that count fields: the sum of more squares hardly differs any more. */
const MOST = 12;
/** Limits of a calibration that are so near to each other are a slider's, too. */
const NEAR = 100;

/** Where a slider goes that begins at `value`. */
function trackOf(value: number, { range = {}, coordinate }: Scale): Track {
  const low = range.min ?? range.above ?? -Infinity;
  const high = range.max ?? range.below ?? Infinity;
  const within = (from: number, to: number, logarithmic: boolean): Track =>
    ({ from: Math.max(low, from), to: Math.min(high, to), logarithmic });
  if (range.whole === true) return within(1, Math.max(MOST, value), false);
  if (high - low <= 1) return { from: low, to: high, logarithmic: false };
  if (coordinate?.kind === 'linear') return within(value - SPAN, value + SPAN, false);
  const limits = coordinate?.limits(STEPS);
  if (limits !== undefined && limits[1] < NEAR * limits[0]) return within(limits[0], limits[1], true);
  return within(value / RATIO, value * RATIO, true);
}

export interface NumberField {
  readonly root: HTMLElement;
  readonly field: HTMLInputElement;
}

/** @param symbol what stands before it; `meaning` is said to those who ask */
export function slider(
  name: string, symbol: string, unit: HTMLElement, meaning: string, value: number, scale: Scale,
): NumberField {
  const { from, to, logarithmic } = trackOf(value, scale);
  const whole = scale.range?.whole === true;
  const [first, last] = logarithmic ? [Math.log(from), Math.log(to)] : [from, to];
  const text = String(value);
  const field = make('input', {
    type: 'number', step: whole ? '1' : 'any', required: true, value: text, defaultValue: text, name,
    ariaLabel: meaning,
  });
  const track = make('input', {
    type: 'range', min: '0', max: String(whole ? to - from : STEPS), step: '1', ariaLabel: `${meaning}, slider`,
  });
  const ofTrack = (): number => {
    const at = first + (Number(track.value) / Number(track.max)) * (last - first);
    const found = logarithmic ? Math.exp(at) : at;
    return whole ? Math.round(found) : Number(found.toPrecision(3));
  };
  const follow = (): void => {
    const number = Number(field.value);
    const at = logarithmic ? Math.log(Math.max(number, from)) : number;
    track.value = String(Math.round(((at - first) / (last - first)) * Number(track.max)));
    track.setAttribute('aria-valuetext', field.value);
  };
  track.addEventListener('input', () => {
    field.value = String(ofTrack());
    track.setAttribute('aria-valuetext', field.value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  field.addEventListener('input', ({ isTrusted }) => {
    // What the slider itself has said keeps it where it is.
    if (isTrusted || document.activeElement !== track) follow();
  });
  follow();
  const label = make('span', {}, `${symbol} `, unit);
  return { root: make('div', { className: 'slider', title: meaning }, label, track, field), field };
}
