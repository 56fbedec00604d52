// voxelith import: from slices or an image file to a segmented volume.
import { Option, type Command } from 'commander';
import { voxelCount, voxelSizeJson, type VoxelSize } from '../core/grid.js';
import { labelFractions, type Phase } from '../core/volume.js';
import type { Content, DoneStep } from '../image/import.js';
import { stepChange } from '../image/step-change.js';
import { voxelFiles } from '../io/files.node.js';
import { writeFiles } from '../io/write.node.js';
import { dataTypeOf, type VoxelArray } from '../io/voxels.js';
import type { ImportReportStep } from '../report/index.js';
import { defineCommand, runs } from './command.js';
import { runFacts } from './facts.js';
import { addStepFlags, importPaths, stepSettings, stepText } from './image-input.js';
import { addRawOptions, voxelSizeOption } from './options.js';
import { checkOutput } from './outputs.js';
import { shapeText, significant, textTable, voxelSizeText } from './text.js';

interface ImportFlags {
  readonly output: string;
  readonly labels?: readonly Phase[];
  readonly as?: Content;
  readonly voxelSize?: VoxelSize;
  readonly report?: string;
}

export function importCommand(): Command {
  const command = defineCommand('import', 'Read slices or an image file, filter, segment, clean, ' +
      'and write the result.', [
    'import slices/ --segment auto:3 --labels 3,1,2 --voxel-size 0.2um -o cathode.nrrd',
    'import scan.tif --crop z=10:410 --flatten --segment auto:3 -o cathode.nrrd',
    'import scan.tif --filter anisotropic --segment fractions:0.1,0.4,0.5 --clean 100 -o cathode.nrrd',
    'import labels.npy --close 1:2 --rescale 0.5 -o coarse.tif',
    'import scan.nii.gz -o scan.mha',
    'import scan.h5:/volumes/raw --segment auto:2 -o cathode.zarr',
  ]).argument('<images...>', 'a file, a folder of slices, or slices one by one (natural order)');
  const steps = addStepFlags(command, '1,2,3 …');
  command
    .addOption(new Option('--as <content>', 'what the numbers are (default: found out)').choices(['grey', 'labels']))
    .addOption(voxelSizeOption('voxel edge, e.g. 0.2um (default: that of the file)'))
    .option('--report <report.html>', 'write a report: slices before and after, histogram, what each step changed')
    .requiredOption('-o, --output <file>', 'the extension says the format');
  addRawOptions(command);
  return runs<[string[], ImportFlags]>(command, async (call, paths, flags) => {
    const { output, labels, report } = flags;
    await checkOutput(output, 'voxels', paths);
    if (report !== undefined) await checkOutput(report, 'report', paths);
    const shown: ImportReportStep[] = [];
    let segmented: VoxelArray | null = null;
    const onStep = (step: DoneStep): void => {
      if (step.record.step === 'segment') segmented = step.before;
      shown.push({ record: step.record, change: stepChange(step), text: stepSettings(step.record) });
    };
    const start = performance.now();
    const done = await importPaths(
      call, paths,
      {
        steps, labels: labels ?? null, content: flags.as ?? null, voxelSizeUm: flags.voxelSize,
        ...(report !== undefined && { onStep })
      },
    );
    const { shape, voxelSizeUm, provenance, data } = done.array;
    const warnings = [...done.warnings];
    if (voxelSizeUm === null) {
      warnings.push('the voxel size is unknown: lengths will be in voxels; --voxel-size 0.2um says it');
    }
    call.warn(warnings);
    call.signal.throwIfAborted();
    const files = await voxelFiles(output, done.array);
    const image = [...files.keys()];
    if (report !== undefined) {
      const { factsOf, importReport } = await import('../report/index.js');
      files.set(report, importReport({
        title: String(done.source.file), read: done.read, grey: done.content === 'grey', segmented, steps: shown,
        result: done.array, labels: done.labels, warnings, reproducibility: factsOf(runFacts(done.array)),
      }));
    }
    await writeFiles(files);
    if (report !== undefined) call.note(report);
    const seconds = (performance.now() - start) / 1000;
    const content: Content = done.labels === null ? 'grey' : 'labels';
    const fractions = done.labels === null ? null : labelFractions(done.labels.labels);
    const lines = [
      image.join(', '),
      `${content} (${dataTypeOf(data)}), ${shapeText(shape)}, voxel size ${voxelSizeText(voxelSizeUm)}, ` +
        `${significant(seconds, 3)} s`,
      ...(done.steps.length > 0 ? ['', ...done.steps.map(stepText)] : []),
      ...(
        fractions ? [
          '',
          textTable(
            [['label', 'volume fraction'], ...[...fractions].map(([label, f]) => [String(label), significant(f, 6)])],
          ),
        ] : []
      ),
    ];
    call.print({
      files: image, report: report ?? null, source: done.source, content, dtype: dataTypeOf(data), shape,
      voxels: voxelCount(shape), voxelSizeUm: voxelSizeJson(voxelSizeUm),
      steps: done.steps, phases: fractions &&
        Object.fromEntries([...fractions].map(([label, volumeFraction]) => [label, { volumeFraction }])),
      warnings, provenance, seconds, plannedBytes: done.plannedBytes, threads: (await call.session()).threads,
    }, lines.join('\n'));
  });
}
