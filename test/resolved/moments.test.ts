import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MomentQueue, momentText, parseMoments, type Moment } from '../../src/resolved/moments.js';

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

  it('[law] every moment comes once, in the order of time, and no step passes one of known time', () => {
    const times = fc.uniqueArray(moment, { selector: momentText, maxLength: 6 });
    fc.assert(fc.property(times, fc.double({ min: 0.01, max: 0.3, noNaN: true }), (moments, step) => {
      // A voltage that falls from 5 V to 0 while all of the capacity passes in an hour, and then on to 1.2 of it.
      const voltageAt = (time: number): number => 5 * (1 - time / 3600);
      const queue = new MomentQueue(moments, 3600);
      const come: { readonly moment: Moment; readonly time: number }[] = [];
      const end = 1.2 * 3600;
      for (let time = 0; time < end;) {
        let next = Math.min(end, time + step * 3600, queue.next(time));
        const from = { time, voltage: voltageAt(time) };
        const aimed = queue.crossed(from, { time: next, voltage: voltageAt(next) });
        if (aimed !== null) next = 3600 * (1 - aimed / 5);
        time = next;
        for (const one of queue.take({ time, voltage: voltageAt(time) }, aimed)) come.push({ moment: one, time });
      }
      const due = moments.flatMap((one) => {
        const time = one.kind === 'time' ? one.time : one.kind === 'charge' ? 3600 * one.share
          : one.kind === 'voltage' ? 3600 * (1 - one.voltage / 5) : Infinity;
        return time > 0 && time <= end ? [{ moment: one, time }] : [];
      });
      expect(come).toHaveLength(due.length);
      for (const { moment: one, time } of due) {
        const found = come.find((other) => other.moment === one);
        // 10 µV are 7 ms here.
        expect(Math.abs(found!.time - time)).toBeLessThan(0.01);
      }
      expect(come.map(({ time }) => time)).toEqual(come.map(({ time }) => time).sort((a, b) => a - b));
      expect(queue.left.length + come.length).toBe(moments.filter(({ kind }) => kind !== 'end').length);
    }));
  });

  it('[exact] a voltage that is met exactly, or nearly, at another moment has come with it', () => {
    for (const voltage of [4, 4 + 4e-6, 4 - 4e-6]) {
      const queue = new MomentQueue([{ kind: 'time', time: 720 }, { kind: 'voltage', voltage }], 3600);
      const to = { time: queue.next(0), voltage: 4 };
      expect(queue.crossed({ time: 700, voltage: 4.1 }, to)).toBe(voltage < 4 ? null : voltage);
      expect(queue.take(to, null)).toHaveLength(2);
      expect(queue.crossed(to, { time: 800, voltage: 3.9 })).toBeNull();
    }
  });
});
