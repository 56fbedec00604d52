// Grey values of three types behind one reading: u8, u16 and f32, told apart by their width in bytes (`kind` 1, 2, 4).

// @ts-ignore: decorator
@inline
export function valueAt<T>(values: usize, i: usize): f32 {
  return <f32>load<T>(values + (i << alignof<T>()));
}

/** Whole types: to the nearest whole number, halves up, saturated. */
// @ts-ignore: decorator
@inline
export function putValue<T>(values: usize, i: usize, value: f32): void {
  if (isFloat<T>()) store<f32>(values + (i << 2), value);
  else {
    store<T>(values + (i << alignof<T>()), <T><u32>max<f32>(0, min<f32>(value + 0.5, sizeof<T>() == 1 ? 255 : 65535)));
  }
}
