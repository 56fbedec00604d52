// The table of measurements: one row per quantity with its unit and what explains it, one column per phase. Cells are
// filled as they are ready.
import { errorBar, type Description } from '../src/browser.js';
import { fillOf } from '../src/viewer.js';
import { make, swatch } from '../src/viewer/elements.js';
import { readable, type Cell } from './dom.js';
import { named, type Table } from './figures.js';
import { phaseName, type Conducted, type MeasureChoice, type Present } from './protocol.js';
import type { Topic } from './topics.js';

/** What is known so far. */
export interface Known {
  readonly present: Present;
  readonly choice: MeasureChoice;
  readonly description: Description | null;
  readonly conduction: readonly Conducted[];
  /** Whether nothing more comes. */
  readonly complete: boolean;
}

/** A value of a phase: as the table shows it, and as its file has it. */
interface Value {
  readonly cell: Cell;
  readonly number: number | null;
}

interface Quantity {
  readonly name: string;
  readonly topic: Topic;
  readonly unit?: 'length' | 'perLength';
  /** Undefined: not ready yet, or never asked for. */
  of(known: Known, phase: number): Value | undefined;
}

export const lengthUnit = ({ volume: { voxelSizeUm } }: Present): 'voxels' | 'µm' =>
  (voxelSizeUm === null ? 'voxels' : 'µm');

const value = (number: number | null | undefined, digits = 4): Value | undefined =>
  (number === undefined ? undefined : { cell: readable(number, digits), number });

const phaseOf = ({ description }: Known, phase: number): Description['phases'][string] | undefined =>
  description?.phases[phase];
const along = <T>({ choice: { axis } }: Known, of: Partial<Record<string, T>> | undefined): T | undefined => of?.[axis];
const solved = ({ conduction }: Known, phase: number): Conducted | undefined =>
  conduction.find((result) => result.phase === phase);

const QUANTITIES: readonly Quantity[] = [
  { name: 'volume fraction ε', topic: 'volume fraction', of: (known, p) => value(phaseOf(known, p)?.volumeFraction) },
  {
    name: 'specific surface area S', topic: 'specific surface area', unit: 'perLength',
    of: (known, p) => value(phaseOf(known, p)?.specificSurfaceArea),
  },
  {
    name: 'M-factor, σ_eff/σ₀', topic: 'M-factor',
    of(known, p) {
      const result = solved(known, p);
      if (result === undefined) return undefined;
      const { percolates, mFactor, bracket } = result;
      return { cell: percolates ? [readable(mFactor, 4), `≥ ${readable(bracket[0], 4)}`] : '0', number: mFactor };
    },
  },
  {
    name: 'tortuosity factor ε/M', topic: 'tortuosity factor',
    of: (known, p) => value(solved(known, p)?.tortuosityFactor),
  },
  {
    name: 'MacMullin number 1/M', topic: 'MacMullin number',
    of: (known, p) => value(solved(known, p)?.macMullinNumber),
  },
  {
    name: 'Bruggeman exponent b, M = εᵇ', topic: 'Bruggeman exponent',
    of: (known, p) => value(solved(known, p)?.bruggemanExponent, 3),
  },
  {
    name: 'M of the material, ± at 95 %', topic: 'error bar of M',
    of(known, p) {
      const uncertainty = solved(known, p)?.uncertainty;
      if (uncertainty === undefined) return undefined;
      const bar = errorBar(uncertainty);
      return bar === null ? { cell: ['no error bar', uncertainty.reasons.join('; ')], number: null }
        : { cell: [bar.value, bar.parts], number: uncertainty.value };
    },
  },
  {
    name: 'geodesic tortuosity τ', topic: 'geodesic tortuosity',
    of(known, p) {
      const tau = along(known, phaseOf(known, p)?.geodesicTortuosity);
      if (tau === undefined) return undefined;
      return { cell: tau.mean === null ? '–' : [readable(tau.mean, 4), `± ${readable(tau.std, 2)}`], number: tau.mean };
    },
  },
  {
    name: 'constrictivity β = (r_min/r_max)²', topic: 'constrictivity',
    of: (known, p) => value(along(known, phaseOf(known, p)?.constrictivity)?.constrictivity, 3),
  },
  {
    name: 'bottleneck radius r_min', topic: 'constrictivity', unit: 'length',
    of: (known, p) => value(along(known, phaseOf(known, p)?.constrictivity)?.bottleneckRadius, 3),
  },
  {
    name: 'bulge radius r_max', topic: 'constrictivity', unit: 'length',
    of: (known, p) => value(along(known, phaseOf(known, p)?.constrictivity)?.bulgeRadius, 3),
  },
  {
    name: 'percolating fraction', topic: 'percolating fraction',
    of: (known, p) => value(along(known, phaseOf(known, p)?.components?.['6']?.percolatingFraction)),
  },
  {
    name: 'correlation length', topic: 'correlation length', unit: 'length',
    of: (known, p) => value(along(known, phaseOf(known, p)?.twoPoint)?.correlationLength, 3),
  },
];

function unitOf({ unit }: Quantity, present: Present): string {
  const length = lengthUnit(present);
  if (unit === undefined) return '';
  return unit === 'length' ? length : length === 'µm' ? 'µm⁻¹' : 'voxel⁻¹';
}

/** Rows that no phase has a value of are left out in the end. */
export function measureTable(known: Known): Table {
  const { present, choice: { axis, phases, uncertainty }, complete } = known;
  const wanted = QUANTITIES.filter(({ topic }) => uncertainty || topic !== 'error bar of M')
    .map((quantity) => ({ quantity, values: phases.map((phase) => quantity.of(known, phase)) }))
    .filter(({ values }) => !complete || values.some((one) => one !== undefined));
  const names = phases.map((phase) => phaseName(present, phase));
  return {
    caption: `Along ${axis}. Small print: the lower end of the error estimate of M, the deviation of τ.`,
    head: ['', ...phases.map((phase, k) => make('span', {}, swatch(fillOf(phase)), names[k]))],
    rows: wanted.map(({ quantity, values }) => {
      const unit = unitOf(quantity, present);
      return [
        named(unit === '' ? quantity.name : `${quantity.name}, ${unit}`, quantity.topic),
        ...values.map((one) => one?.cell ?? (complete ? '–' : '…')),
      ];
    }),
    numbers: {
      head: ['quantity', 'unit', 'axis', ...names],
      rows: wanted.map(({ quantity, values }) => [
        quantity.name, unitOf(quantity, present) || '1', axis, ...values.map((one) => one?.number ?? null),
      ]),
    },
  };
}
