import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentsAt, momentText, parseMoments, stopsOf, type Moment } from '../../src/resolved/moments.js';

const moment: fc.Arbitrary<Moment> = fc.oneof(
  fc.integer({ min: 1, max: 999_999 }).map((time): Moment => ({ kind: 'time', time })),
  fc.integer({ min: 1, max: 120 }).map((percent): Moment => ({ kind: 'charge', share: percent / 100 })),
  fc.integer({ min: 1, max: 5000 }).map((millivolts): Moment => ({ kind: 'voltage', voltage: millivolts / 1000 })),
  fc.constant<Moment>({ kind: 'end' }),
);

describe('moments of a run', () => {
  it('[exact] are read in their units', () => {
    expect(parseMoments('25%, 3.6V,600s,11 min,0.5h,3500 mV, end', '--at')).toEqual([
      { kind: 'charge', share: 0.25 }, { kind: 'voltage', voltage: 3.6 }, { kind: 'time', time: 600 },
      { kind: 'time', time: 660 }, { kind: 'time', time: 1800 }, { kind: 'voltage', voltage: 3.5 }, { kind: 'end' },
    ]);
  });

  it('[law] what is written of a moment reads as that moment', () => {
    fc.assert(fc.property(moment, (one) => {
      expect(parseMoments(momentText(one), 'here')).toEqual([one]);
    }));
  });

  it.each([
    ['3.6', '--at: a moment is "end" or a number with one of the units s, min, h, %, V, mV'], ['', 'got ""'],
    ['half', 'got "half"'], ['-3V', 'got "-3V"'], ['10min, 600s', '600s stands there twice'], ['1e999s, ', 'got ""'],
  ])('[exact] refuses %s', (text, message) => {
    expect(() => parseMoments(text, '--at')).toThrow(message);
  });

  it('[exact] become stops: times ascending, voltages as they are met', () => {
    const moments = parseMoments('50%,3.6V,10min,end,3.9V,1800s', '--at');
    expect(stopsOf(moments, { perShare: 7200, falls: true }))
      .toEqual({ times: [600, 1800, 3600], voltages: [3.9, 3.6] });
    expect(stopsOf(moments, { perShare: 3600, falls: false })).toEqual({ times: [600, 1800], voltages: [3.6, 3.9] });
  });

  it('[law] each is met at its stop and at no other, up to rounding', () => {
    // Shares of it are no whole seconds.
    const scale = { perShare: 1000 * Math.PI, falls: true };
    fc.assert(fc.property(fc.uniqueArray(moment, { selector: momentText, maxLength: 8 }), (moments) => {
      const { times, voltages } = stopsOf(moments, scale);
      const met = [
        ...times.map((time) => ({ time: time * (1 - 1e-12), voltage: -1 })),
        ...voltages.map((voltage) => ({ time: -1, voltage: voltage + 2e-5 })),
      ].flatMap((at) => momentsAt(moments, scale, at));
      expect(met.map(momentText).sort())
        .toEqual(moments.filter(({ kind }) => kind !== 'end').map(momentText).sort());
    }));
  });
});
