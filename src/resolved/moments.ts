// Moments of a run at which its state is kept, for maps and profiles: written as "25%, 3.6V, 10min, end".
import { checkArguments } from '../core/arguments.js';
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
  switch (moment.kind) {
    case 'time': return `${short(moment.time)}s`;
    case 'charge': return `${short(100 * moment.share)}%`;
    case 'voltage': return `${short(moment.voltage)}V`;
    case 'end': return 'end';
  }
}

/** So close a voltage and a share of the time count as reached: no picture tells them apart, and no step is worth
 *  it. */
const REACHED = { voltage: 1e-5, time: 1e-9 };

/** Where a run is. */
export interface RunPoint {
  readonly time: number;
  readonly voltage: number;
}

interface Due {
  readonly moment: Moment;
  /** In s, or V. */
  readonly at: number;
}

/** The moments of one run that are still to come. Those of known time limit the steps; a voltage is passed somewhere
 *  within one. */
export class MomentQueue {
  /** Ascending. */
  private readonly times: Due[];
  private readonly voltages: Due[];

  /** @param perShare time that all of the nominal capacity takes at the run's current, in s */
  constructor(moments: readonly Moment[], perShare: number) {
    this.times = moments.flatMap((moment): Due[] => (moment.kind === 'time' ? [{ moment, at: moment.time }]
      : moment.kind === 'charge' ? [{ moment, at: moment.share * perShare }] : [])).sort((a, b) => a.at - b.at);
    this.voltages = moments.flatMap((moment): Due[] =>
      (moment.kind === 'voltage' ? [{ moment, at: moment.voltage }] : []));
  }

  /** Time of the next moment after `time` that is known beforehand; Infinity: there is none. */
  next(time: number): number {
    return this.times.find(({ at }) => at > time * (1 + REACHED.time))?.at ?? Infinity;
  }

  /** The voltage that is passed first on the way between two points; null: none. */
  crossed(from: RunPoint, to: RunPoint): number | null {
    const passed = this.voltages.map(({ at }) => at)
      .filter((at) => (from.voltage - at) * (to.voltage - at) < 0 || to.voltage === at)
      .sort((a, b) => Math.abs(a - from.voltage) - Math.abs(b - from.voltage));
    return passed[0] ?? null;
  }

  /** Takes out what has come: times up to that of the point, its voltage, and the one that was aimed at.
   *  @param aimed as `crossed` gave it; null: the step was not made for one */
  take({ time, voltage }: RunPoint, aimed: number | null): Moment[] {
    const come = [
      ...this.times.filter(({ at }) => at <= time * (1 + REACHED.time)),
      ...this.voltages.filter(({ at }) => at === aimed || Math.abs(at - voltage) <= REACHED.voltage),
    ];
    for (const list of [this.times, this.voltages]) {
      const left = list.filter((one) => !come.includes(one));
      list.splice(0, list.length, ...left);
    }
    return come.map(({ moment }) => moment);
  }

  /** Those that have not come. */
  get left(): Moment[] {
    return [...this.times, ...this.voltages].map(({ moment }) => moment);
  }
}
