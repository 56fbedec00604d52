// Experiments as text, in the words that battery tests are written in: "1C to 3.1V, 4.2V until 0.05C, rest 600s".
import { SpecError } from '../../core/errors.js';
import { quoted } from '../../core/quote.js';
import { significant } from '../../core/text.js';
import type { CellDescription } from '../file/read.js';
import type { ExperimentStep } from './sequence.js';

/** A step of an experiment with the words that it was written in. */
export interface WrittenStep {
  /** As it was written. */
  readonly text: string;
  /** What they mean, in SI units. */
  readonly step: ExperimentStep;
}

/** What a unit measures, and its factor to A/m², V, W/m² and s; a C-rate refers to the nominal capacity. */
const STEP_UNITS: Readonly<Record<string, readonly ['current' | 'voltage' | 'power' | 'time', number | 'nominal']>> = {
  C: ['current', 'nominal'], 'A/m2': ['current', 1], 'mA/cm2': ['current', 10],
  V: ['voltage', 1], mV: ['voltage', 1e-3],
  'W/m2': ['power', 1], 'mW/cm2': ['power', 10],
  s: ['time', 1], min: ['time', 60], h: ['time', 3600],
};
const UNIT_LIST = Object.keys(STEP_UNITS).join(', ');
const GRAMMAR = 'a step is [charge|discharge] CURRENT or POWER [to VOLTAGE] [for TIME], VOLTAGE [until CURRENT] ' +
  '[for TIME], or rest TIME, such as "1C to 3.1V", "charge 0.5C to 4.2V", "4.2V until 0.05C", "rest 10min"';

interface Quantity {
  readonly measures: 'current' | 'voltage' | 'power' | 'time';
  readonly value: number;
}

const NUMBER_AND_UNIT = /^(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)\s*(\S+)$/i;

/** One step. */
class StepReader {
  private readonly words: readonly string[];

  constructor(
    private readonly text: string, private readonly place: string, private readonly description: CellDescription,
  ) {
    this.words = text.split(/\s+(to|until|for)\s+/i);
  }

  read(): ExperimentStep {
    const [head, ...rest] = this.words;
    const resting = /^rest(?:\s+(.+))?$/i.exec(head);
    if (resting !== null) {
      const [word, amount] = resting[1] === undefined ? rest : ['for', resting[1]];
      const time = word?.toLowerCase() === 'for' ? this.quantity(amount) : null;
      if (time?.measures !== 'time' || rest.length > (resting[1] === undefined ? 2 : 0)) {
        return this.fail('a rest needs a time and nothing else, such as "rest 10min"');
      }
      return { kind: 'rest', duration: time.value };
    }
    const direction = /^(charge|discharge)\s+(.+)$/i.exec(head);
    const held = this.quantity(direction === null ? head : direction[2]);
    const ends = this.ends(rest);
    const duration = ends.time ?? null;
    const sign = direction?.[1].toLowerCase() === 'charge' ? -1 : 1;
    switch (held.measures) {
      case 'voltage': {
        if (direction !== null) this.fail('a voltage that is held needs no "charge" or "discharge"');
        this.within(held.value);
        if (ends.voltage !== undefined) this.fail('a voltage that is held cannot end at another one');
        if (ends.current === undefined && duration === null) {
          this.fail('a voltage that is held needs an end, such as "until 0.05C" or "for 30min"');
        }
        return { kind: 'voltage', voltage: held.value, untilCurrent: ends.current ?? null, duration };
      }
      case 'current':
      case 'power': {
        if (ends.current !== undefined) this.fail('only a voltage that is held can end at a current');
        const end = ends.voltage === undefined ? {} : { untilVoltage: this.within(ends.voltage) };
        const value = sign * held.value;
        return held.measures === 'current' ? { kind: 'current', current: value, duration, ...end }
          : { kind: 'power', power: value, duration, ...end };
      }
      case 'time': return this.fail('a time alone is no step; "rest" may be missing before it');
    }
  }

  private ends(rest: readonly string[]): Partial<Record<Quantity['measures'], number>> {
    const ends: Partial<Record<Quantity['measures'], number>> = {};
    for (let k = 0; k < rest.length; k += 2) {
      const { measures, value } = this.quantity(rest[k + 1]);
      if ((measures === 'time') !== (rest[k].toLowerCase() === 'for')) {
        this.fail('"for" stands before a time, "to" and "until" before a voltage or a current');
      }
      if (measures === 'power') this.fail('a step cannot end at a power');
      if (ends[measures] !== undefined) this.fail(`has two ends of the same kind, a ${measures}`);
      ends[measures] = value;
    }
    return ends;
  }

  private quantity(text: string): Quantity {
    const found = NUMBER_AND_UNIT.exec(text.trim());
    if (found === null) return this.fail(`${quoted(text)} is no positive number with a unit; ${GRAMMAR}`);
    const unit = found[2].replace('²', '2').replace('^2', '2');
    if (!Object.hasOwn(STEP_UNITS, unit)) {
      return this.fail(`the unit ${quoted(found[2])} is not known; there are ${UNIT_LIST}`);
    }
    const [measures, factor] = STEP_UNITS[unit];
    const value = Number(found[1]) * (factor === 'nominal' ? this.description.nominalCapacity / 3600 : factor);
    if (!(value > 0 && Number.isFinite(value))) {
      return this.fail(`${quoted(text)} must be finite and above 0; a step without current is a rest`);
    }
    return { measures, value };
  }

  private within(volts: number): number {
    const [low, high] = this.description.cell.voltageLimits;
    if (volts >= low && volts <= high) return volts;
    return this.fail(
      `${significant(volts)} V lies outside the cell's limits, ${significant(low)} to ${significant(high)} V`,
    );
  }

  private fail(what: string): never {
    throw new SpecError(`${this.place}, ${quoted(this.text)}: ${what}`);
  }
}

/** Steps separated by commas. Currents discharge unless "charge" stands before them.
 *  @param where how messages name the text, "--steps"
 *  @throws SpecError with the step, what is wrong and how steps are written */
export function parseSteps(text: string, description: CellDescription, where = 'steps'): readonly WrittenStep[] {
  return text.split(',').map((part, i) => {
    const written = part.trim();
    const place = `${where}: step ${i + 1}`;
    if (written === '') throw new SpecError(`${place} is empty; ${GRAMMAR}`);
    return { text: written, step: new StepReader(written, place, description).read() };
  });
}
