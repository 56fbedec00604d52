// Roots of monotone functions by bisection: as many halvings as asked for, no derivative, nothing that can fail.

/** x in [low, high] where a non-decreasing `f` reaches `target`; an end of the bracket when it does so nowhere inside.
 *  @param halvings 100 end at neighbouring numbers of any bracket up to 10¹⁴ times wider than its root is large */
export function bisectIncreasing(
  f: (x: number) => number, target: number, low: number, high: number, halvings = 100,
): number {
  let [below, above] = [low, high];
  for (let k = 0; k < halvings; k++) {
    const middle = (below + above) / 2;
    if (f(middle) < target) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}

/** The same for a non-increasing `f`. */
export function bisectDecreasing(
  f: (x: number) => number, target: number, low: number, high: number, halvings = 100,
): number {
  return bisectIncreasing((x) => -f(x), -target, low, high, halvings);
}
