// What the worker holds between tasks: the session, the image that was opened, the present structure, the rows of
// studies.
import {
  STRUCTURE_MODELS, factsOf, VERSION, volumeFractions, type Fact, type GreyVolume, type LabelVolume,
  type ModelStructure, type Phase, type Session, type SessionOptions, type Study, type VoxelArray,
} from '../../src/browser.js';
import type { Present } from '../protocol.js';

export interface OpenedImage {
  readonly name: string;
  /** As the command line would be given it; null: there is no file. */
  readonly paths: string | null;
  readonly array: VoxelArray;
  readonly warnings: readonly string[];
}

export interface State {
  readonly session: Session;
  image: OpenedImage | null;
  /** Cut and filtered. */
  grey: GreyVolume | null;
  /** Level sets go with structures of a model. */
  structure: { readonly name: string; readonly volume: LabelVolume | ModelStructure } | null;
  /** Another session of this page, for structures side by side. */
  readonly openSession: (options: SessionOptions) => Promise<Session>;
  /** Studies and designs with their rows, by the hashes of their specifications. */
  readonly studies: Map<string, Study>;
}

/** What labels of an image stand for, unless it is drawn from a model that says otherwise. */
export const MODEL_PHASES: Readonly<Record<Phase, string>> =
  Object.fromEntries(STRUCTURE_MODELS[0].phases().map(({ label, name }) => [label, name]));

export async function sha256(bytes: Uint8Array): Promise<string | null> {
  // Only pages from https or this machine may hash.
  if (globalThis.crypto.subtle === undefined) return null;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Makes a volume the present structure, and tells the page what it needs of it. */
export async function present(
  state: State, name: string, volume: LabelVolume | ModelStructure,
  facts: Pick<Present, 'phaseNames' | 'command' | 'warnings'>,
): Promise<Present> {
  state.structure = { name, volume };
  const { labels, shape, voxelSizeUm, provenance } = volume;
  const { phases: fractions } = await volumeFractions(state.session, volume);
  return {
    name, volume: { labels, shape, voxelSizeUm, provenance }, sha256: await sha256(labels),
    fractions: fractions.map(({ phase, volumeFraction }) => ({ phase, volumeFraction })), ...facts,
  };
}

/** What a report says about the page that made it. */
export function pageFacts(state: State, more: readonly (readonly [string, string])[]): Fact[] {
  return factsOf([
    ...more,
    ['version', `voxelith ${VERSION}, demo page`],
    ['threads', String(state.session.threads)],
    ['browser', navigator.userAgent],
    ['date', `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`],
  ]);
}

/** The same of what the present structure came to. */
export function reproducibility(state: State, more: readonly (readonly [string, string])[]): Fact[] {
  const { provenance } = state.structure?.volume ?? {};
  return pageFacts(state, [
    ...more, ...(provenance === undefined ? [] : [['made by', JSON.stringify(provenance)] as const]),
  ]);
}
