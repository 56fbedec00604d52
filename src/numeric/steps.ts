// Long work on the host as generators that yield between two steps: who runs them may look at other things meanwhile,
// or stop (runtime/host-work.ts). The bits are the same.

/** Work that ends with a T. */
export type Steps<T> = Generator<void, T, void>;

/** Does all of it at once. */
export function finish<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
