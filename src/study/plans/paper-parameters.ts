// The parameter vector of a study and its arithmetic: interpolation, perturbation, steps along a gradient.
import type { ParameterTable } from '../../structure/model.js';
import { THREE_PHASE_KEYS, threePhase } from '../../structure/models/three-phase.js';
import { rescaled } from '../../structure/parameter-sets.js';

/** θ: the parameters that gradients and steps vary, in the order of [A §2.4]. n and a stay as interpolated. */
export const THETA = ['alphaChiX', 'alphaChiY', 'alphaGaussX', 'alphaGaussY', 'lambdaX', 'lambdaY'] as const;
export type ThetaName = (typeof THETA)[number];
export const PARAMETER_NAMES = THREE_PHASE_KEYS;
/** The numbers of the model. */
export type StudyParameters = Readonly<Record<(typeof PARAMETER_NAMES)[number], number>>;

/** The model of all structures of a study. */
export const STUDY_MODEL = threePhase;

const { covariance: _covariance, n, ...others } = threePhase.parameters;
/** How the parameters of a scenario are read; the family of the fields is one for all. */
export const STUDY_PARAMETERS: ParameterTable<StudyParameters> = {
  ...others, n: { ...n, fallback: 2 },
};

/** (1 − t) from + t to, a included; n is the same at both ends. */
export function interpolate(from: StudyParameters, to: StudyParameters, t: number): StudyParameters {
  return Object.fromEntries(
    PARAMETER_NAMES.map((name) => [name, name === 'n' ? from.n : (1 - t) * from[name] + t * to[name]]),
  ) as StudyParameters;
}

/** θ with `delta` added to one component. */
export function perturb(parameters: StudyParameters, name: ThetaName, delta: number): StudyParameters {
  return { ...parameters, [name]: parameters[name] + delta };
}

/** θ + h ∇f, every α at least `minimumAlpha`. `clipped` names those that were raised to it. */
export function step(
  parameters: StudyParameters, gradient: readonly number[], h: number, minimumAlpha: number,
): { parameters: StudyParameters; clipped: ThetaName[] } {
  const result: Record<keyof StudyParameters, number> = { ...parameters };
  const clipped: ThetaName[] = [];
  THETA.forEach((name, j) => {
    const value = parameters[name] + h * gradient[j];
    const low = name.startsWith('alpha') && value < minimumAlpha;
    if (low) clipped.push(name);
    result[name] = low ? minimumAlpha : value;
  });
  return { parameters: result, clipped };
}

/** Names of the sets that a study may take as scenarios. */
export const SET_NAMES: readonly string[] = STUDY_MODEL.sets.map((set) => set.name);

/** A named set with α per voxel of `voxelSizeUm`; null when there is no such set of the model. */
export function namedSet(name: string, voxelSizeUm: number): StudyParameters | null {
  const set = STUDY_MODEL.sets.find((entry) => entry.name === name.toLowerCase());
  if (set === undefined) return null;
  const scale = voxelSizeUm / set.voxelSizeUm;
  return scale === 1 ? set.parameters : rescaled(set.parameters, STUDY_MODEL.parameters, scale);
}
