// Slow twin of the transforms: X[r] = Σ_k x[k] e^(+2πi kr/N), O(N²).
export function inverseDft(re: readonly number[], im: readonly number[]): { re: number[]; im: number[] } {
  const n = re.length;
  const out = { re: Array.from({ length: n }, () => 0), im: Array.from({ length: n }, () => 0) };
  for (let r = 0; r < n; r++) {
    for (let k = 0; k < n; k++) {
      const angle = (2 * Math.PI * ((k * r) % n)) / n;
      out.re[r] += re[k] * Math.cos(angle) - im[k] * Math.sin(angle);
      out.im[r] += re[k] * Math.sin(angle) + im[k] * Math.cos(angle);
    }
  }
  return out;
}
