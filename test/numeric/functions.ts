// Functions whose sensitivity indices are known in closed form.

/** Ishigami and Homma (1990): sin x₁ + a sin² x₂ + b x₃⁴ sin x₁, x in [−π, π]³; u in [0, 1]³. */
export function ishigami(u: ArrayLike<number>, a = 7, b = 0.1): number {
  const [x1, x2, x3] = [0, 1, 2].map((j) => Math.PI * (2 * u[j] - 1));
  return Math.sin(x1) + a * Math.sin(x2) ** 2 + b * x3 ** 4 * Math.sin(x1);
}

/** Its variance and indices, from the integrals of its parts. */
export function ishigamiIndices(a = 7, b = 0.1) {
  const v1 = (1 + (b * Math.PI ** 4) / 5) ** 2 / 2;
  const v2 = a ** 2 / 8;
  const v13 = b ** 2 * Math.PI ** 8 * (1 / 18 - 1 / 50);
  const variance = v1 + v2 + v13;
  return {
    variance, first: [v1, v2, 0].map((v) => v / variance), total: [v1 + v13, v2, v13].map((v) => v / variance),
    /** Of the pairs 1-2, 1-3, 2-3. */
    second: [0, v13 / variance, 0],
  };
}

/** Sobol's g-function: Π (|4 u_i − 2| + a_i) / (1 + a_i). */
export function gFunction(u: ArrayLike<number>, a: readonly number[]): number {
  return a.reduce((product, ai, i) => product * ((Math.abs(4 * u[i] - 2) + ai) / (1 + ai)), 1);
}

/** V_i = 1 / (3 (1 + a_i)²), the variance is Π (1 + V_i) − 1, the total of i is V_i Π_{j ≠ i} (1 + V_j). */
export function gFunctionIndices(a: readonly number[]) {
  const v = a.map((ai) => 1 / (3 * (1 + ai) ** 2));
  const all = v.reduce((product, vi) => product * (1 + vi), 1);
  const variance = all - 1;
  return { variance, first: v.map((vi) => vi / variance), total: v.map((vi) => (vi * all) / (1 + vi) / variance) };
}

/** Morris' test function of 20 factors (Technometrics 33 (1991) 161, §4): β₀ + Σ βᵢ wᵢ + Σ βᵢⱼ wᵢ wⱼ + …, w = 2 (u − ½)
 *  but of 3, 5, 7 w = 2 (1.1 u / (u + 0.1) − ½). The coefficients that the paper draws at random are 0 here. */
export function morrisFunction(u: ArrayLike<number>): number {
  const w = Array.from(u, (x, i) => ([2, 4, 6].includes(i) ? 2 * ((1.1 * x) / (x + 0.1) - 0.5) : 2 * (x - 0.5)));
  let y = 0;
  for (let i = 0; i < 10; i++) y += 20 * w[i];
  for (let i = 0; i < 6; i++) for (let j = i + 1; j < 6; j++) y -= 15 * w[i] * w[j];
  for (let i = 0; i < 5; i++) {
    for (let j = i + 1; j < 5; j++) for (let l = j + 1; l < 5; l++) y -= 10 * w[i] * w[j] * w[l];
  }
  for (let i = 0; i < 4; i++) {
    for (let j = i + 1; j < 4; j++) {
      for (let l = j + 1; l < 4; l++) for (let s = l + 1; s < 4; s++) y += 5 * w[i] * w[j] * w[l] * w[s];
    }
  }
  return y;
}
