// A design as its file says it, from what the page's panel was told.
import { formatYaml, VERSION } from '../src/browser.js';
import type { Asked } from './protocol.js';
import type { Settings } from './study-settings.js';
import type { ThetaSource } from './theta-sources.js';

/** Something that is asked for. */
export interface Wish extends Asked {
  readonly aim: 'largest' | 'smallest' | 'atLeast' | 'atMost' | 'equal';
  /** Of the last three. */
  readonly value: number;
  /** Of the last. */
  readonly tolerance: number;
}

export interface DesignChoice {
  readonly source: ThetaSource;
  readonly wishes: readonly Wish[];
  readonly initial: number;
  readonly rounds: number;
  readonly batch: number;
  readonly realisations: number;
  readonly size: number;
  readonly voxelSizeUm: number;
  readonly seed: number;
}

export const columnOf = ({ quantity, phase }: Asked): string => `${quantity}${phase}`;

/** Bounds of what is free; a model that was calibrated is free around what it is. */
function parametersOf({ source, voxelSizeUm }: DesignChoice): Settings {
  if (source.isSpanned) return {};
  const own = source.structure(voxelSizeUm).parameters as Settings | undefined;
  // A direction that the image has stays as it is.
  const free = source.numbers(voxelSizeUm).filter(({ name }) => name !== 'anisotropyFactor');
  return { ...own, ...Object.fromEntries(free.map(({ name, low, high }) => [name, [low, high]])) };
}

/** What `voxelith design` reads. */
export function designSettings(choice: DesignChoice): Settings {
  const { source: { model }, wishes, initial, rounds, batch, realisations, size, voxelSizeUm, seed } = choice;
  const columns = (aim: Wish['aim']): string[] => wishes.filter((wish) => wish.aim === aim).map(columnOf);
  const lines = (aim: Wish['aim'], line: (wish: Wish) => string): string[] =>
    wishes.filter((wish) => wish.aim === aim).map(line);
  const given = (key: string, list: readonly string[]): Settings => (list.length === 0 ? {} : { [key]: list });
  return {
    name: 'page', model, size, voxelSizeUm, seed,
    ...given('maximise', columns('largest')), ...given('minimise', columns('smallest')),
    ...given('constraints', [
      ...lines('atLeast', (wish) => `${columnOf(wish)} >= ${wish.value}`),
      ...lines('atMost', (wish) => `${columnOf(wish)} <= ${wish.value}`),
    ]),
    ...given('targets', lines('equal', (wish) => `${columnOf(wish)} = ${wish.value} +- ${wish.tolerance}`)),
    ...(Object.keys(parametersOf(choice)).length > 0 && { parameters: parametersOf(choice) }),
    budget: { initial, rounds, batch }, confirm: { realisations },
  };
}

/** The same as the text of a file. */
export const designText = (settings: Settings): string =>
  formatYaml(settings, [`Made by the page of voxelith ${VERSION}`, 'voxelith design targets.yaml']);
