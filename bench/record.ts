// The structure that the peers were timed on: χ²_2 (α = 0.08) plus Gaussian (α = 0.15), phase 1 at a volume fraction of
// 0.4.
import type { LabelVolume } from '../src/core/volume.js';
import type { Session } from '../src/runtime/session.js';
import { generate } from '../src/structure/generate.js';

export const recordParameters = {
  n: 2, alphaChiX: 0.08, alphaGaussX: 0.15, alphaChiY: 0.1, alphaGaussY: 0.1, lambdaX: 2.061154, lambdaY: 0,
  anisotropyFactor: 1,
};

/** A cube of it. Labels 1, 2, 3 at fractions of about 0.4, 0.5, 0.1. */
export function recordStructure(session: Session, edge: number): Promise<LabelVolume> {
  return generate(session, { model: 'three-phase', parameters: recordParameters, size: [edge, edge, edge], seed: 1 });
}
