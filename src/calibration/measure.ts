// Descriptors, M and curves of one window, for setting image and model side by side.
import type { LabelVolume, Phase } from '../core/volume.js';
import { describe } from '../descriptors/describe.js';
import { descriptorOf, QUANTITIES } from '../descriptors/descriptor-table.js';
import { quantityKey } from '../descriptors/quantity.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { mFactor } from '../transport/m-factor.js';

/** Quantities of the descriptor table that image and model are compared by, in the order of the page. */
const COMPARED = [
  'volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'stdGeodesicTortuosity', 'constrictivity',
  'bottleneckRadius', 'bulgeRadius',
] as const;

/** All that is compared: those, M, and the areas between phases. */
export const COMPARED_QUANTITIES = [...COMPARED, 'mFactor', 'interfaceArea'] as const;
/** Quantities that image and model are compared in. */
export type QuantityName = (typeof COMPARED_QUANTITIES)[number];

/** What a section shows of itself. */
export const SECTION_QUANTITIES: readonly QuantityName[] = ['volumeFraction', 'specificSurfaceArea', 'interfaceArea'];

/** `cpsd`, `smip`: covered volume fraction by radius; `tortuosity`: share of the start voxels with paths up to this. */
export type CurveName = 'cpsd' | 'smip' | 'tortuosity';

/** A piecewise linear function. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface Measured {
  /** By `keyOf`. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly curves: ReadonlyMap<string, Curve>;
}

export const keyOf = (quantity: QuantityName | CurveName, phases: readonly Phase[]): string =>
  `${quantity} ${phases.join('-')}`;

/** Value of a curve, constant beyond its ends. */
export function valueAt({ x, y }: Curve, at: number): number {
  const next = x.findIndex((value) => value >= at);
  if (next <= 0) return y[next < 0 ? y.length - 1 : 0];
  const t = (at - x[next - 1]) / (x[next] - x[next - 1]);
  return y[next - 1] + t * (y[next] - y[next - 1]);
}

/** Cumulative share of a histogram. */
function cumulative(
  { edges, counts }: { readonly edges: readonly number[]; readonly counts: readonly number[] },
): Curve {
  const total = counts.reduce((sum, n) => sum + n, 0);
  let sum = 0;
  return { x: edges, y: [0, ...counts.map((n) => (sum += n) / total)] };
}

/** Descriptors of a window and the M-factors of its phases; of a section what can be seen in a plane. */
export async function measure(
  session: Session, volume: LabelVolume, options: { readonly curves: boolean }, run: RunOptions,
): Promise<Measured> {
  const isSection = volume.shape.some((n) => n === 1);
  const curves = options.curves && !isSection;
  const compared = COMPARED.filter((name) => !isSection || SECTION_QUANTITIES.includes(name))
    .map((name) => QUANTITIES.find((quantity) => quantityKey(quantity) === name)!);
  const only = [...new Set(compared.map((quantity) => descriptorOf(quantity).name)), 'interfaceAreas'];
  const { phases, interfaceAreas = {} } = await describe(session, volume, { only, curves, histograms: curves }, run);
  const numbers = new Map<string, number>();
  const found = new Map<string, Curve>();
  const put = (quantity: QuantityName, labels: readonly Phase[], value: number | null | undefined): void => {
    if (value !== null && value !== undefined) numbers.set(keyOf(quantity, labels), value);
  };
  for (const [label, described] of Object.entries(phases)) {
    const phase = Number(label);
    for (const quantity of compared) {
      const value = quantity.value(described, 'z') ?? null;
      put(quantityKey(quantity) as QuantityName, [phase], value === null ? null : Number(value));
    }
    if (isSection) continue;
    put('mFactor', [phase], (await mFactor(session, volume, { phase, axis: 'z', tolerance: 1e-3 }, run)).mFactor);
    const { volumeFraction, geodesicTortuosity, constrictivity } = described;
    const [paths, sizes] = [geodesicTortuosity?.z, constrictivity?.z];
    if (sizes?.curves !== undefined && volumeFraction !== undefined) {
      const radius = [0, ...sizes.curves.radius];
      found.set(keyOf('cpsd', [phase]), { x: radius, y: [volumeFraction, ...sizes.curves.cpsd] });
      found.set(keyOf('smip', [phase]), { x: radius, y: [sizes.curves.smip[0] ?? 0, ...sizes.curves.smip] });
    }
    if (paths?.histogram !== undefined && paths.histogram.counts.length > 0) {
      found.set(keyOf('tortuosity', [phase]), cumulative(paths.histogram));
    }
  }
  for (const [pair, area] of Object.entries(interfaceAreas)) put('interfaceArea', pair.split('-').map(Number), area);
  return { numbers, curves: found };
}
