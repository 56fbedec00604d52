// voxelith conduct: effective conductivity and M-factor of a phase, or of several conducting phases.
import { Option, type Command } from 'commander';
import { SpecError, VoxelithError } from '../core/errors.js';
import type { Axis } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import { fieldFiles, namedAfter, readVoxels } from '../io/files.node.js';
import { checkWritable, writeFiles, type FileContent } from '../io/write.node.js';
import { formatOf } from '../io/formats.js';
import type { ReadOptions } from '../io/room.js';
import { conductReport, factsOf } from '../report/index.js';
import { conduct, CONDUCT_DEFAULTS, type ConductOptions, type ConductResult } from '../transport/conduct.js';
import { insulatingLabels } from '../transport/conductors.js';
import { conductivityTensor, TENSOR_DEFAULTS, type ConductivityTensor } from '../transport/tensor.js';
import { runBatch, type BatchOptions } from './batch.js';
import { CONDUCT_FORMAT, resultsOf, unfinished, type Conducted, type Printed } from './conduct-output.js';
import { defineCommand, runs, type Invocation } from './command.js';
import { runFacts } from './facts.js';
import {
  addRawOptions, axesOf, axisOption, parseCount, parseFraction, parseNumber, parsePerLabel, parsePhase, voxelSizeOption,
} from './options.js';

type SameFlags = 'boundary' | 'interface' | 'smoothing' | 'coarsening' | 'maxIterations';

interface ConductFlags extends BatchOptions, Pick<ConductOptions, SameFlags> {
  readonly phase?: number;
  readonly sigma?: Readonly<Record<number, number>>;
  readonly axis: Axis | 'all';
  readonly levelSet?: string;
  readonly tolerance?: number;
  readonly residualTolerance?: number;
  readonly tensor?: boolean;
  readonly history?: boolean;
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
    files.set(flags.report, conductReport({
      title: image, volume, results, tensor,
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
    'conduct cathode.nrrd --sigma 1=1.0,2=1e-3 --boundary periodic --tensor',
    'conduct cathode.tif --phase 1 --interface smooth',
    'conduct cathode.nrrd --phase 1 --fields flow.vti --report flow.html',
    'conduct out/*.nrrd --phase 1 -o conduct.csv',
  ])
    .argument('<images...>', 'label images; several give a CSV table')
    .addOption(
      new Option('--phase <label>', 'phase that M refers to; alone it is the only one that conducts')
        .argParser(parsePhase),
    )
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
    .option('--history', 'show the checks and the iterations of every solve')
    .option('--fields <file>', 'write potential and flux: both in FILE.vti, or FILE-potential.npy and FILE-flux.npy')
    .option('--report <report.html>', 'write a report with pictures of the flux')
    .option('-o, --output <table.csv>', 'write a CSV table');
  addRawOptions(command);
  return runs<[string[], ConductFlags]>(command, async (call, paths, flags) => {
    const {
      phase, sigma, axis, boundary, interface: kind, smoothing, coarsening, maxIterations, fields, report,
      history = false, tensor: wantsTensor = false,
    } = flags;
    if (phase === undefined && sigma === undefined) {
      throw new SpecError('conduct: expected --phase LABEL or --sigma LABEL=CONDUCTIVITY,…, found neither');
    }
    const outputs = [fields, report].filter((path) => path !== undefined);
    if (paths.length > 1 && (outputs.length > 0 || flags.levelSet !== undefined)) {
      throw new SpecError(`conduct: --fields, --report and --level-set go with one image, found ${paths.length}`);
    }
    if (fields !== undefined) formatOf(fields, 'write');
    for (const path of outputs) await checkWritable(path);
    const options = {
      phase: phase ?? null, conductivity: sigma ?? null, boundary, interface: kind, smoothing, coarsening,
      maxIterations,
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
    await runBatch<Conducted>(call, paths, flags, CONDUCT_FORMAT, async (session, volume, prefix) => {
      const axes: Record<string, ConductResult> = {};
      let tensor: ConductivityTensor | null = null;
      if (wantsTensor) {
        tensor = await conductivityTensor(session, volume, { ...options, warnings: true }, call.run);
        for (const direction of axesOf('all')) axes[direction] = tensor.axes[direction];
      } else {
        for (const [k, direction] of axesOf(axis).entries()) {
          const wanted = { ...options, axis: direction, warnings: k === 0 };
          axes[direction] = await conduct(session, volume, wanted, call.run);
        }
      }
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
    });
    if (problems.length > 0) throw new VoxelithError(problems.join('\n'));
  });
}
