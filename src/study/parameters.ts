// The parameter vector of a study and its arithmetic: interpolation, perturbation, steps along a gradient.

/** Parameters of the three-phase excursion model [A]; α per voxel. */
export interface StudyParameters {
  readonly alphaChiX: number;
  readonly alphaChiY: number;
  readonly alphaGaussX: number;
  readonly alphaGaussY: number;
  readonly lambdaX: number;
  readonly lambdaY: number;
  readonly n: number;
  readonly anisotropyFactor: number;
}

/** θ: the parameters that gradients and steps vary, in the order of [A §2.4]. n and a stay as interpolated. */
export const THETA = ['alphaChiX', 'alphaChiY', 'alphaGaussX', 'alphaGaussY', 'lambdaX', 'lambdaY'] as const;
export type ThetaName = (typeof THETA)[number];
export const PARAMETER_NAMES = [...THETA, 'n', 'anisotropyFactor'] as const;

/** (1 − t) from + t to, a included; n is the same at both ends. */
export function interpolate(from: StudyParameters, to: StudyParameters, t: number): StudyParameters {
  return Object.fromEntries(PARAMETER_NAMES.map((name) => [name, name === 'n' ? from.n : (1 - t) * from[name] + t * to[name]])) as unknown as StudyParameters;
}

/** θ with `delta` added to one component. */
export function perturb(parameters: StudyParameters, name: ThetaName, delta: number): StudyParameters {
  return { ...parameters, [name]: parameters[name] + delta };
}

/** θ + h ∇f, every α at least `minimumAlpha`. `clipped` names those that were raised to it. */
export function step(
  parameters: StudyParameters, gradient: readonly number[], h: number, minimumAlpha: number,
): { parameters: StudyParameters; clipped: ThetaName[] } {
  const result = { ...parameters };
  const clipped: ThetaName[] = [];
  THETA.forEach((name, j) => {
    const value = parameters[name] + h * gradient[j];
    const low = name.startsWith('alpha') && value < minimumAlpha;
    if (low) clipped.push(name);
    result[name] = low ? minimumAlpha : value;
  });
  return { parameters: result, clipped };
}

const surrogate = (alphaX: number, alphaY: number, lambdaX: number, lambdaY: number, anisotropyFactor: number): StudyParameters => ({
  alphaChiX: alphaX, alphaChiY: alphaY, alphaGaussX: alphaX, alphaGaussY: alphaY, lambdaX, lambdaY, n: 2, anisotropyFactor,
});

/** Parameter sets that a study may name: the surrogates of the three cathodes. */
export const NAMED_SETS: Readonly<Record<string, StudyParameters>> = {
  bm01: surrogate(0.1026, 0.1656, 1.762, 0.0906, 0.92),
  bm03: surrogate(0.0841, 0.3087, 2.0091, -0.0871, 0.94),
  bm10: surrogate(0.0636, 0.3519, 2.3982, 0.0906, 1),
};
