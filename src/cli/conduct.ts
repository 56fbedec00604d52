// voxelith conduct: effective conductivity and M-factor of a phase.
import { Option, type Command } from 'commander';
import type { Axis } from '../core/grid.js';
import { mFactor, MFACTOR_DEFAULTS, type MFactorResult } from '../transport/m-factor.js';
import { runBatch, type BatchFormat, type BatchOptions, type TableLine } from './batch.js';
import { defineCommand, runs } from './command.js';
import { axesOf, axisOption, parseFraction, parsePhase } from './options.js';
import { significant, textTable } from './text.js';

interface ConductOptions extends BatchOptions {
  readonly phase: number;
  readonly axis: Axis | 'all';
  readonly tolerance: number;
}

type Conducted = MFactorResult | { readonly axes: Readonly<Record<string, MFactorResult>> };

function resultsOf(conducted: Conducted): readonly MFactorResult[] {
  return 'axes' in conducted ? Object.values(conducted.axes) : [conducted];
}

function line({ flux, bounds, history: _history, ...rest }: MFactorResult): TableLine {
  return { ...rest, fluxInlet: flux.inlet, fluxOutlet: flux.outlet, wiener: bounds.wiener, hashinShtrikman: bounds.hashinShtrikman };
}

function text(file: string, conducted: Conducted): string {
  const head = ['axis', 'M', 'ε', 'ε/M', 'HS bound', 'iterations', 'error est.', 'flux in', 'flux out', 'seconds'];
  const rows = resultsOf(conducted).map((r) => [
    r.axis, significant(r.mFactor, 5), significant(r.volumeFraction), significant(r.tortuosityFactor), significant(r.bounds.hashinShtrikman),
    String(r.iterations), significant(r.errorEstimate, 2), significant(r.flux.inlet), significant(r.flux.outlet), significant(r.seconds, 3),
  ]);
  const [first] = resultsOf(conducted);
  const notes = resultsOf(conducted).flatMap((r) => [
    ...(r.percolates ? [] : [`phase ${r.phase} does not join both faces along ${r.axis}: M = 0`]),
    ...(r.converged ? [] : [`not converged along ${r.axis} after ${r.iterations} iterations: residual ${significant(r.residual, 2)}`]),
  ]);
  return [`${file}, phase ${first.phase}`, textTable([head, ...rows]), ...notes].join('\n');
}

const FORMAT: BatchFormat<Conducted> = {
  lines: (conducted) => resultsOf(conducted).map(line),
  text,
};

export function conductCommand(): Command {
  const command = defineCommand('conduct', 'Solve for the effective conductivity of a phase: M = σ_eff/σ_0.', [
    'conduct cathode.nrrd --phase 1',
    'conduct cathode.tif --phase 2 --axis all --json',
    'conduct out/*.nrrd --phase 1 -o conduct.csv',
  ])
    .argument('<images...>', 'label images; several give a CSV table')
    .addOption(new Option('--phase <label>', 'conducting phase; all others insulate').argParser(parsePhase).makeOptionMandatory())
    .addOption(axisOption('transport direction'))
    .option('--tolerance <share>', 'relative error of M at which to stop', parseFraction, MFACTOR_DEFAULTS.tolerance)
    .option('-o, --output <table.csv>', 'write a CSV table');
  return runs<[string[], ConductOptions]>(command, (call, paths, options) =>
    runBatch<Conducted>(call, paths, options, FORMAT, async (session, volume) => {
      const { phase, axis, tolerance } = options;
      const axes: Record<string, MFactorResult> = {};
      for (const direction of axesOf(axis)) {
        axes[direction] = await mFactor(session, volume, { phase, axis: direction, tolerance }, call.run);
        if (!axes[direction].converged) call.note(`not converged along ${direction}: see residual and errorEstimate`);
      }
      return axis === 'all' ? { axes } : axes[axis];
    }));
}
