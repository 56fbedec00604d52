// voxelith conduct: effective conductivity and M-factor of a phase, or of several conducting phases.
import { Option, type Command } from 'commander';
import { SpecError, VoxelithError } from '../core/errors.js';
import type { Axis } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { fieldFiles, namedAfter, readVoxels } from '../io/files.node.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import { crc32 } from '../io/crc32.js';
import { formatOf } from '../io/formats.js';
import { bytesOf } from '../io/voxels.js';
import type { ReadOptions } from '../io/room.js';
import type { Session } from '../runtime/session.js';
import {
  conduct, conductAxes, CONDUCT_DEFAULTS, type ConductOptions, type ConductResult,
} from '../transport/conduct.js';
import { insulatingLabels } from '../transport/conductors.js';
import { conductivityTensor, TENSOR_DEFAULTS, type ConductivityTensor } from '../transport/tensor.js';
import { prefixOf, runBatch, type BatchOptions } from './batch.js';
import {
  conductFormat, resultsOf, unfinished, type Conducted, type ConductedAll, type Printed,
} from './conduct-output.js';
import { defineCommand, runs, type Invocation } from './command.js';
import { runFacts } from './facts.js';
import {
  addRawOptions, axesOf, axisOption, parseCount, parseFraction, parseNumber, parsePerLabel, voxelSizeOption,
} from './options.js';
import { checkFieldOutputs, checkOutput } from './outputs.js';
import { namesOption, phasesNamed } from './phases.js';

type SameFlags = 'boundary' | 'interface' | 'smoothing' | 'coarsening' | 'maxIterations';

interface ConductFlags extends BatchOptions, Pick<ConductOptions, SameFlags> {
  readonly phase?: string;
  readonly sigma?: Readonly<Record<number, number>>;
  readonly axis: Axis | 'all';
  readonly levelSet?: string;
  readonly tolerance?: number;
  readonly residualTolerance?: number;
  readonly tensor?: boolean;
  readonly history?: boolean;
  readonly uncertainty?: boolean;
  readonly fields?: string;
  readonly report?: string;
}

/** "1=1.0,2=1e-3" */
const parseSigma = (text: string): Record<number, number> =>
  parsePerLabel(text, 'LABEL=CONDUCTIVITY, …, such as 1=1.0,2=1e-3', parseNumber);

/** The numbers of a file as f32. */
async function readLevelSet(path: string, reading: ReadOptions): Promise<Float32Array> {
  const { data } = await readVoxels(path, reading);
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

/** Files of the fields: one .vti per axis that also holds the labels, or one file per field and axis. */
async function filesOfFields(
  path: string, volume: LabelVolume, results: readonly ConductResult[],
): Promise<Map<string, FileContent>> {
  const all = new Map<string, FileContent>();
  for (const { axis, fields } of results) {
    const place = results.length > 1 ? namedAfter(path, axis) : path;
    const labels = formatOf(path, 'write').name === 'vti' ? { labels: volume.labels } : {};
    const files = await fieldFiles(place, new Map(Object.entries({ ...fields, ...labels })), volume);
    for (const [file, content] of files) all.set(file, content);
  }
  return all;
}

async function writeOutputs(
  call: Invocation, image: string, flags: ConductFlags, volume: LabelVolume, results: readonly ConductResult[],
  tensor: ConductivityTensor | null,
): Promise<void> {
  const files =
    flags.fields === undefined ? new Map<string, FileContent>() : await filesOfFields(flags.fields, volume, results);
  if (flags.report !== undefined) {
    const { conductReport, factsOf } = await import('../report/index.js');
    files.set(flags.report, conductReport({
      title: image, names: flags.names, volume, results, tensor,
      reproducibility: factsOf([['threads', String(results[0].threads)], ...runFacts(volume)]),
    }));
  }
  if (files.size === 0) return;
  call.signal.throwIfAborted();
  await writeFiles(files);
  call.note([...files.keys()].join(', '));
}

function printed(result: ConductResult, history: boolean): Printed {
  const { fields: _fields, history: iterations, ...rest } = result;
  return history ? { ...rest, history: iterations } : rest;
}

export function conductCommand(): Command {
  const command = defineCommand('conduct', 'Solve for the effective conductivity or diffusivity: M = σ_eff/σ_0 = ' +
      'D_eff/D_0 of a phase, its tortuosity factor ε/M and MacMullin number (formation factor) 1/M, or σ_eff of ' +
      'several phases.', [
    'conduct cathode.nrrd --phase 1',
    'conduct cathode.tif --phase 2 --axis all --json',
    'conduct cathode.tif --phase SE,AM --names 1=SE,2=AM,3=pore',
    'conduct cathode.nrrd --sigma 1=1.0,2=1e-3 --boundary periodic --tensor',
    'conduct cathode.tif --phase 1 --interface smooth',
    'conduct cathode.tif --phase 1 --uncertainty',
    'conduct cathode.nrrd --phase 1 --fields flow.vti --report flow.html',
    'conduct out/*.nrrd --phase 1 -o conduct.csv',
  ])
    .argument('<images...>', 'label images; several give a CSV table')
    .addOption(
      new Option(
        '--phase <list>', 'label or name of the phase that M refers to; alone it is the only one that conducts; ' +
          'several such as 1,2 are solved for one by one',
      ),
    )
    .addOption(namesOption())
    .addOption(new Option('--sigma <list>', 'conductivity per label, e.g. 1=1.0,2=1e-3; the others insulate').argParser(
      parseSigma,
    ))
    .addOption(axisOption('transport direction'))
    .option('--tensor', 'all three directions and the full conductivity tensor')
    .addOption(new Option(
      '--boundary <kind>', 'potentials on the two outer faces, or periodic edges under a mean gradient',
    )
      .choices(['dirichlet', 'periodic']).default(CONDUCT_DEFAULTS.boundary))
    .addOption(new Option(
      '--interface <kind>',
      'current passes whole faces of voxels, or their open part by a smooth interface (one conducting phase)',
    )
      .choices(['voxel', 'smooth']).default(CONDUCT_DEFAULTS.interface))
    .option(
      '--smoothing <voxels>', 'smooth: width of the Gaussian that turns labels into a level set', parseNumber,
      CONDUCT_DEFAULTS.smoothing,
    )
    .option(
      '--level-set <file>', 'smooth: numbers that are positive in the phase, e.g. of generate --level-sets, instead',
    )
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z; only the ratios matter here'))
    .option(
      '--tolerance <share>',
      `relative error of the result at which to stop (default: ${CONDUCT_DEFAULTS.tolerance}, ` +
        `for --tensor ${TENSOR_DEFAULTS.tolerance})`,
      parseFraction,
    )
    .option(
      '--residual-tolerance <share>', 'stop only when the true residual over ‖b‖ is as small as this, too',
      parseFraction,
    )
    .option(
      '--max-iterations <n>', 'where to stop at the latest; then the exit code is 1', parseCount,
      CONDUCT_DEFAULTS.maxIterations,
    )
    .addOption(new Option(
      '--coarsening <kind>',
      'coarse levels of blocks of voxels, or of their connected parts: few iterations near percolation, more memory',
    )
      .choices(['auto', 'blocks', 'parts']).default(CONDUCT_DEFAULTS.coarsening))
    .option(
      '--uncertainty',
      'M of the material too, with an error bar for voxels, window and solver; takes about twice as long',
    )
    .option('--history', 'show the checks and the iterations of every solve')
    .option('--fields <file>', 'write potential and flux: both in FILE.vti, or FILE-potential.npy and FILE-flux.npy')
    .option('--report <report.html>', 'write a report with pictures of the flux')
    .option('-o, --output <table.csv>', 'write a CSV table');
  addRawOptions(command);
  return runs<[string[], ConductFlags]>(command, async (call, paths, flags) => {
    const {
      sigma, axis, boundary, interface: kind, smoothing, coarsening, maxIterations, fields, report, names = {},
      history = false, tensor: wantsTensor = false, uncertainty = false,
    } = flags;
    if (flags.phase === undefined && sigma === undefined) {
      throw new SpecError('conduct: expected --phase LABEL or --sigma LABEL=CONDUCTIVITY,…, found neither');
    }
    const phases = flags.phase === undefined ? [null] : phasesNamed(flags.phase, names);
    if (phases === 'all') throw new SpecError('conduct: --phase takes labels such as 1,2; "measure" takes all');
    const outputs = [fields, report].filter((path) => path !== undefined);
    if (phases.length > 1 && (outputs.length > 0 || flags.levelSet !== undefined)) {
      throw new SpecError(`conduct: --fields, --report and --level-set go with one phase, found ${phases.length}`);
    }
    if (paths.length > 1 && (outputs.length > 0 || flags.levelSet !== undefined)) {
      throw new SpecError(`conduct: --fields, --report and --level-set go with one image, found ${paths.length}`);
    }
    const inputs = [...paths, ...(flags.levelSet === undefined ? [] : [flags.levelSet])];
    if (report !== undefined) await checkOutput(report, 'report', inputs);
    if (fields !== undefined) {
      const axes = wantsTensor || axis === 'all' ? axesOf('all') : [];
      const places = axes.length === 0 ? [fields] : axes.map((direction) => namedAfter(fields, direction));
      for (const place of places) await checkFieldOutputs(place, ['potential', 'flux'], inputs);
    }
    const options = {
      conductivity: sigma ?? null, boundary, interface: kind, smoothing, coarsening,
      maxIterations,
      ...(uncertainty && { uncertainty }),
      // Its numbers lie in another way than those of a raw image.
      levelSet: flags.levelSet === undefined
        ? null
        : await readLevelSet(flags.levelSet, { ...call.reading, raw: undefined }),
      residualTolerance: flags.residualTolerance ?? null,
      // Without the flag the operation has a default of its own.
      ...(flags.tolerance !== undefined && { tolerance: flags.tolerance }),
      history: history || report !== undefined, fields: outputs.length > 0,
    };
    const problems: string[] = [];
    const solve = async (
      session: Session, volume: LabelVolume, phase: Phase | null, prefix: string,
    ): Promise<Conducted> => {
      const own = { ...options, phase };
      const axes: Record<string, ConductResult> = {};
      let tensor: ConductivityTensor | null = null;
      if (wantsTensor) {
        tensor = await conductivityTensor(session, volume, { ...own, warnings: true }, call.run);
        for (const direction of axesOf('all')) axes[direction] = tensor.axes[direction];
      } else if (axis === 'all') {
        Object.assign(axes, await conductAxes(session, volume, { ...own, warnings: true }, call.run));
      } else axes[axis] = await conduct(session, volume, { ...own, axis, warnings: true }, call.run);
      const results = Object.values(axes);
      const warnings = tensor?.warnings ?? results[0].warnings ?? [];
      const insulating = insulatingLabels(volume, results[0].conductivity);
      call.warn(warnings.map((warning) => `${prefix}${warning}`));
      await writeOutputs(call, paths[0], flags, volume, results, tensor);
      const shown =
        Object.fromEntries(Object.entries(axes).map(([direction, result]) => [direction, printed(result, history)]));
      const conducted: Conducted =
        tensor !== null ? { ...tensor, axes: shown, insulating }
        : axis === 'all' ? { axes: shown, warnings, insulating } : { ...shown[axis], insulating };
      problems.push(...resultsOf(conducted).filter(({ converged }) => !converged).map(unfinished));
      return conducted;
    };
    const { levelSet, ...settings } = options;
    await runBatch<ConductedAll>(call, paths, flags, conductFormat(names), {
      command: 'conduct', inputs, again: outputs.length > 0,
      settings: { ...settings, phases, axis, tensor: wantsTensor, levelSet: levelSet && crc32(bytesOf(levelSet)) },
      async work(session, volume, path) {
        const prefix = prefixOf(paths, path);
        if (phases.length === 1) return solve(session, volume, phases[0], prefix);
        const all: Record<string, Conducted> = {};
        for (const phase of phases) all[String(phase)] = await solve(session, volume, phase, prefix);
        return { phases: all };
      },
    });
    if (problems.length > 0) throw new VoxelithError(problems.join('\n'));
  });
}
