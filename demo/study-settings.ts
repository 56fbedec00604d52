// A study as its file says it, from what the page's panel was told.
import { formatYaml, VERSION } from '../src/browser.js';
import type { ThetaSource } from './theta-sources.js';

/** What is varied, between which values, and of a grid in how many. */
export interface VariedNumber {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface StudyChoice {
  readonly plan: 'cathodes' | 'grid' | 'sobol' | 'descriptor-space';
  readonly source: ThetaSource;
  /** Between two cathodes, both left out. */
  readonly positions: number;
  readonly vary: readonly VariedNumber[];
  readonly points: number;
  /** What a plan over descriptors spreads, of every phase; and places where that is learnt which has no closed form. */
  readonly descriptors: readonly string[];
  readonly anchors: number;
  readonly realisations: number;
  readonly size: number;
  readonly voxelSizeUm: number;
  readonly seed: number;
}

export type Settings = Readonly<Record<string, unknown>>;

const CATHODES = ['bm01', 'bm03', 'bm10'];

/** What `voxelith study run` reads. */
export function studySettings(choice: StudyChoice): Settings {
  const { plan, source, positions, vary, points, descriptors, anchors, realisations } = choice;
  const { size, voxelSizeUm, seed } = choice;
  const common = { name: 'page', size, voxelSizeUm, seed };
  if (plan === 'cathodes') {
    return {
      ...common, scenarios: CATHODES,
      t: Array.from({ length: positions }, (_, k) => (k + 1) / (positions + 1)),
      realisations: { interpolated: realisations }, steps: { descriptors: [] },
    };
  }
  const axes = Object.fromEntries(vary.map(({ name, from, to, count }) =>
    [name, plan === 'grid' ? { from, to, count } : [from, to]]));
  return {
    ...common, structure: source.structure(voxelSizeUm),
    plan: {
      kind: plan, ...(plan !== 'grid' && { points }), ...(plan === 'descriptor-space' && { descriptors, anchors }),
      vary: axes, realisations,
    },
  };
}

/** The same as the text of a file. */
export const studyText = (settings: Settings): string =>
  formatYaml(settings, [`Made by the page of voxelith ${VERSION}`, 'voxelith study run study.yaml']);

/** A row of a study as a file for `voxelith generate`. */
export function rowFile(
  id: string, specHash: string, specification: Settings,
): { readonly file: string; readonly text: string; readonly command: string } {
  const file = `row-${id.replaceAll(/[^\w.+-]+/g, '-')}.yaml`;
  const command = `voxelith generate ${file} -o structure.npy`;
  const origin = `Row ${id} of the study ${specHash}, made by the page of voxelith ${VERSION}`;
  return { file, command, text: formatYaml(specification, [origin, command]) };
}
