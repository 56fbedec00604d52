// voxelith conduct: effective conductivity and M-factor of a phase.
import { Option, type Command } from 'commander';
import type { Axis } from '../core/grid.js';
import { VoxelithError } from '../core/errors.js';
import { mFactor, MFACTOR_DEFAULTS, type MFactorResult } from '../transport/m-factor.js';
import { solveReport } from '../transport/solve-report.js';
import { runBatch, type BatchFormat, type BatchOptions, type TableLine } from './batch.js';
import { defineCommand, runs } from './command.js';
import { axesOf, axisOption, parseCount, parseFraction, parsePhase } from './options.js';
import { significant, textTable } from './text.js';

interface ConductOptions extends BatchOptions {
  readonly phase: number;
  readonly axis: Axis | 'all';
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly history?: boolean;
}

type Conducted = MFactorResult | { readonly axes: Readonly<Record<string, MFactorResult>> };

function resultsOf(conducted: Conducted): readonly MFactorResult[] {
  return 'axes' in conducted ? Object.values(conducted.axes) : [conducted];
}

/** A row of the table: nested numbers get columns of their own. */
function line({ flux, bounds, bracket, history: _history, ...rest }: MFactorResult): TableLine {
  return { ...rest, bracketLow: bracket[0], bracketHigh: bracket[1], fluxInlet: flux.inlet, fluxOutlet: flux.outlet, ...bounds };
}

function text(file: string, conducted: Conducted): string {
  const results = resultsOf(conducted);
  const head = ['axis', 'M', 'ε', 'ε/M', 'HS bound', 'iterations', 'error est.', 'flux in', 'flux out', 'seconds'];
  const rows = results.map((r) => [
    r.axis, significant(r.mFactor, 5), significant(r.volumeFraction), significant(r.tortuosityFactor), significant(r.bounds.hashinShtrikman),
    String(r.iterations), significant(r.errorEstimate, 2), significant(r.flux.inlet), significant(r.flux.outlet), significant(r.seconds, 3),
  ]);
  const blocked = results.filter((r) => !r.percolates).map((r) => `phase ${r.phase} does not join both faces along ${r.axis}: M = 0`);
  const reports = results.filter((r) => r.history !== undefined).flatMap((r) => ['', solveReport(r)]);
  return [`${file}, phase ${results[0].phase}`, textTable([head, ...rows]), ...blocked, ...reports].join('\n');
}

const FORMAT: BatchFormat<Conducted> = {
  lines: (conducted) => resultsOf(conducted).map(line),
  text,
};

/** What stands on stderr for a solve that stopped early; its result was printed before. */
function unfinished({ axis, iterations, errorEstimate, bracket: [low, high] }: MFactorResult): string {
  return `conduct: not converged along ${axis} after ${iterations} iterations: M lies between ${significant(low, 5)} and ${significant(high, 5)} ` +
    `(error about ${significant(errorEstimate, 2)}); raise --max-iterations or --tolerance`;
}

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
    .option('--max-iterations <n>', 'where to stop at the latest; then the exit code is 1', parseCount, MFACTOR_DEFAULTS.maxIterations)
    .option('--history', 'show the checks and the iterations of every solve')
    .option('-o, --output <table.csv>', 'write a CSV table');
  return runs<[string[], ConductOptions]>(command, async (call, paths, options) => {
    const { phase, axis, tolerance, maxIterations, history } = options;
    const problems: string[] = [];
    await runBatch<Conducted>(call, paths, options, FORMAT, async (session, volume) => {
      const axes: Record<string, MFactorResult> = {};
      for (const direction of axesOf(axis)) {
        const result = await mFactor(session, volume, { phase, axis: direction, tolerance, maxIterations, history }, call.run);
        axes[direction] = result;
        if (!result.converged) problems.push(unfinished(result));
      }
      return axis === 'all' ? { axes } : axes[axis];
    });
    if (problems.length > 0) throw new VoxelithError(problems.join('\n'));
  });
}
