// Lists that are computed instead of stored.

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
