// Lists that are computed instead of stored.

/** How many of from, from + step, … lie up to `to`; below 1: none. */
export const stepCount = (from: number, to: number, step: number): number => Math.floor((to - from) / step + 1e-9) + 1;

/** from, from + step, …: decimal fractions as they are written, which their sums are not. */
export const steppedValues = (from: number, step: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => Number((from + k * step).toPrecision(12)));

/** Items by index, each made when it is asked for, so that a million of them cost no memory. */
export class Sequence<T> implements Iterable<T> {
  /** @param at must give the same item for the same index each time. */
  constructor(readonly length: number, readonly at: (index: number) => T) {}

  *[Symbol.iterator](): Generator<T, void> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  /** This sequence and then another. */
  concat(other: Sequence<T>): Sequence<T> {
    return new Sequence(this.length + other.length, (i) => (i < this.length ? this.at(i) : other.at(i - this.length)));
  }
}
