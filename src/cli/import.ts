// voxelith import: from slices or an image file to a segmented volume.
import { Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { voxelCount, voxelSizeJson, type VoxelSize } from '../core/grid.js';
import { VERSION } from '../core/version.js';
import type { Phase } from '../core/volume.js';
import type { GreyKind } from '../kernels/greys.js';
import { contentOf, importImage, importPlan, type Content, type ImportStep, type StepRecord } from '../image/import.js';
import { checkWritable, readImage, voxelFiles, writeFiles } from '../io/files.node.js';
import { formatOf } from '../io/formats.js';
import { dataTypeOf, type VoxelArray } from '../io/voxels.js';
import { peakBytes } from '../runtime/plan.js';
import { defineCommand, runs } from './command.js';
import { STEP_FLAGS } from './import-steps.js';
import { parsePhase, voxelSizeOption } from './options.js';
import { shapeText, significant, textTable, voxelSizeText } from './text.js';

interface ImportFlags {
  readonly output: string;
  readonly labels?: readonly Phase[];
  readonly as?: Content;
  readonly voxelSize?: VoxelSize;
}

function fractionsOf(labels: Uint8Array): Map<number, number> {
  const counts = new Float64Array(256);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  return new Map([...counts.entries()].filter(([, count]) => count > 0).map(([label, count]) => [label, count / labels.length]));
}

/** "clean     minVoxels 100, components 12, voxels 345" */
function stepText({ step, ...rest }: StepRecord): string {
  const value = (v: unknown): string =>
    typeof v === 'number' ? significant(v, 6) : Array.isArray(v) ? v.map(value).join(' ') : v !== null && typeof v === 'object' ? Object.entries(v).map(([k, w]) => `${k} ${value(w)}`).join(' ') : String(v);
  const parts = Object.entries(rest).filter(([, v]) => v !== null).map(([key, v]) => `${key} ${value(v)}`);
  return `${String(step).padEnd(10)}${parts.join(', ')}`;
}

/** Bytes a value on the way through the steps, for the prediction. */
function kindOf({ data }: VoxelArray): GreyKind {
  return data.BYTES_PER_ELEMENT === 1 ? 1 : dataTypeOf(data) === 'uint16' ? 2 : 4;
}

export function importCommand(): Command {
  const steps: ImportStep[] = [];
  const command = defineCommand('import', 'Read slices or an image file, filter, segment, clean, and write the result.', [
    'import slices/ --filter median --segment otsu:3 --labels 3,1,2 --clean 100 --voxel-size 0.2um -o cathode.nrrd',
    'import scan.tif --crop z=10:410 --flatten --filter anisotropic --segment fractions:0.1,0.4,0.5 -o cathode.nrrd',
    'import labels.npy --close 1:2 --rescale 0.5 -o coarse.tif',
    'import scan.nii.gz -o scan.mha',
    'import scan.h5:/volumes/raw --segment otsu:3 -o cathode.zarr',
  ]).argument('<images...>', 'a file, a folder of slices, or slices one by one (natural order)');
  for (const { flag, argument, help, step } of STEP_FLAGS) {
    command.option(`--${flag} ${argument}`, help);
    // Steps are done in the order of their flags, and a flag may come twice: options alone would lose both.
    command.on(`option:${flag}`, (text: string | null) => void steps.push(step(text ?? '')));
  }
  command
    .option('--labels <list>', 'labels of the classes from dark to bright, e.g. 3,1,2 (default: 1,2,3 …)', (text: string) => text.split(',').map(parsePhase))
    .addOption(new Option('--as <content>', 'what the numbers are (default: found out)').choices(['grey', 'labels']))
    .addOption(voxelSizeOption('voxel edge, e.g. 0.2um (default: that of the file)'))
    .requiredOption('-o, --output <file>', 'the extension says the format');
  return runs<[string[], ImportFlags]>(command, async (call, paths, flags) => {
    const { output, labels } = flags;
    formatOf(output, 'write');
    if (labels !== undefined && !steps.some(({ step }) => step === 'segment')) {
      throw new SpecError('--labels: names the classes of --segment, and there is none');
    }
    await checkWritable(output);
    const start = performance.now();
    const { array: read, format, warnings: readWarnings } = await readImage(paths);
    const array = flags.voxelSize === undefined ? read : { ...read, voxelSizeUm: flags.voxelSize };
    const todo = steps.map((step) => (step.step === 'segment' ? { ...step, labels: labels ?? null } : step));
    const name = paths.length === 1 ? paths[0] : `${paths[0]} … (${paths.length} slices)`;
    const source = { file: name, format, dtype: dataTypeOf(array.data), shape: array.shape, voxelSizeUm: voxelSizeJson(array.voxelSizeUm), program: `voxelith ${VERSION}` };
    const session = await call.session();
    const plan = importPlan(array.shape, kindOf(array), contentOf(array, todo, flags.as ?? null), todo, session.threads);
    const done = await importImage(session, name, array, todo, { content: flags.as ?? null, source }, call.run);
    call.signal.throwIfAborted();
    const files = await voxelFiles(output, done.array);
    await writeFiles(files);
    const seconds = (performance.now() - start) / 1000;
    const warnings = [...readWarnings, ...done.warnings];
    const { shape, voxelSizeUm, provenance, data } = done.array;
    if (voxelSizeUm === null) warnings.push('the voxel size is unknown: lengths will be in voxels; --voxel-size 0.2um says it');
    for (const warning of warnings) call.note(`warning: ${warning}`);
    const content: Content = done.labels === null ? 'grey' : 'labels';
    const fractions = done.labels === null ? null : fractionsOf(done.labels.labels);
    const lines = [
      [...files.keys()].join(', '),
      `${content} (${dataTypeOf(data)}), ${shapeText(shape)}, voxel size ${voxelSizeText(voxelSizeUm)}, ${significant(seconds, 3)} s`,
      ...(done.steps.length > 0 ? ['', ...done.steps.map(stepText)] : []),
      ...(fractions ? ['', textTable([['label', 'volume fraction'], ...[...fractions].map(([label, f]) => [String(label), significant(f, 6)])])] : []),
    ];
    call.print({
      files: [...files.keys()], source, content, dtype: dataTypeOf(data), shape, voxels: voxelCount(shape), voxelSizeUm: voxelSizeJson(voxelSizeUm),
      steps: done.steps, phases: fractions && Object.fromEntries([...fractions].map(([label, volumeFraction]) => [label, { volumeFraction }])),
      warnings, provenance, seconds, plannedBytes: peakBytes(plan), threads: session.threads,
    }, lines.join('\n'));
  });
}
