// Functions of a few numbers that are asked for the same arguments again and again.

/** A function that remembers its last values: the same bits, sooner. The oldest of `count` is forgotten first. */
export function remembered<Arguments extends number[], Value>(
  count: number, compute: (...values: Arguments) => Value,
): (...values: Arguments) => Value {
  const known: { readonly values: Arguments; readonly result: Value }[] = [];
  let next = 0;
  return (...values) => {
    for (const entry of known) if (values.every((value, i) => Object.is(value, entry.values[i]))) return entry.result;
    const result = compute(...values);
    known[next] = { values, result };
    next = (next + 1) % count;
    return result;
  };
}
