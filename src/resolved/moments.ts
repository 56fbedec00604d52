// Moments of a run at which its state is kept, for maps and profiles: written as "25%, 3.6V, 10min, end".
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';

/** A time in s since the run began; a share of the nominal capacity that has passed; a terminal voltage in V that is
 *  passed for the first time; or the end, whatever ends the run. */
export type Moment =
  | { readonly kind: 'time'; readonly time: number }
  | { readonly kind: 'charge'; readonly share: number }
  | { readonly kind: 'voltage'; readonly voltage: number }
  | { readonly kind: 'end' };

const UNITS: Readonly<Record<string, (value: number) => Moment>> = {
  's': (time) => ({ kind: 'time', time }),
  'min': (value) => ({ kind: 'time', time: 60 * value }),
  'h': (value) => ({ kind: 'time', time: 3600 * value }),
  '%': (value) => ({ kind: 'charge', share: value / 100 }),
  'V': (voltage) => ({ kind: 'voltage', voltage }),
  'mV': (value) => ({ kind: 'voltage', voltage: value / 1000 }),
};
const GRAMMAR = 'a moment is "end" or a number with one of the units ' +
  `${Object.keys(UNITS).join(', ')}, such as 25%, 3.6V, 10min`;
const NUMBER_AND_UNIT = /^(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)\s*(s|min|h|%|V|mV)$/;

/** Reads a list of moments, separated by commas.
 *  @param place of the text, for messages
 *  @throws SpecError for what is no moment, or stands there twice */
export function parseMoments(text: string, place: string): Moment[] {
  checkArguments('parseMoments', { text: [text, 'text'], place: [place, 'text'] });
  const moments = text.split(',').map((written): Moment => {
    const word = written.trim();
    if (word === 'end') return { kind: 'end' };
    const found = NUMBER_AND_UNIT.exec(word);
    if (found === null) throw new SpecError(`${place}: ${GRAMMAR}; got ${quoted(word)}`);
    return UNITS[found[2]](Number(found[1]));
  });
  const names = moments.map(momentText);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new SpecError(`${place}: ${twice} stands there twice; leave one out`);
  return moments;
}

const short = (value: number): string => String(Number(value.toPrecision(6)));

/** "25%", "3.6V", "600s", "end": as `parseMoments` reads it, without spaces, as names of files want it. */
export function momentText(moment: Moment): string {
  checkArguments('momentText', { moment: [moment, has<Moment>('kind')] });
  switch (moment.kind) {
    case 'time': return `${short(moment.time)}s`;
    case 'charge': return `${short(100 * moment.share)}%`;
    case 'voltage': return `${short(moment.voltage)}V`;
    case 'end': return 'end';
  }
}

/** What relates moments to a run. */
export interface RunScale {
  /** s that the nominal capacity takes at the run's current. */
  readonly perShare: number;
  /** Whether the voltage falls: in discharge. */
  readonly falls: boolean;
}

/** What steps shall end at. */
export interface Stops {
  /** s, ascending. */
  readonly times: readonly number[];
  /** V, in the order in which they are met. */
  readonly voltages: readonly number[];
}

const timeOf = (moment: Moment, { perShare }: RunScale): number | null =>
  (moment.kind === 'time' ? moment.time : moment.kind === 'charge' ? moment.share * perShare : null);

const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** Where steps of a run shall end, so that moments are met; the end is met anyhow. */
export function stopsOf(moments: readonly Moment[], scale: RunScale): Stops {
  const voltages = ascending(moments.flatMap((moment) => (moment.kind === 'voltage' ? [moment.voltage] : [])));
  return {
    times: ascending(moments.map((moment) => timeOf(moment, scale)).filter((time) => time !== null)),
    voltages: scale.falls ? voltages.reverse() : voltages,
  };
}

/** So close a voltage in V and a share of the time count as met: no picture tells them apart. */
const MET = { voltage: 1e-4, time: 1e-9 };

/** The moments that are met at a time and a voltage. */
export function momentsAt(
  moments: readonly Moment[], scale: RunScale, at: { readonly time: number; readonly voltage: number },
): Moment[] {
  return moments.filter((moment) => {
    const time = timeOf(moment, scale);
    return time === null ? moment.kind === 'voltage' && Math.abs(moment.voltage - at.voltage) <= MET.voltage
      : Math.abs(time - at.time) <= MET.time * time;
  });
}
