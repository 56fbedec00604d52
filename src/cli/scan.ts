// voxelith scan: a tomogram of a known structure, to try a segmentation on.
import { Option, type Command } from 'commander';
import { voxelSizeJson, type VoxelSize } from '../core/grid.js';
import { SCAN_DEFAULTS, simulateScan, type ScanOptions } from '../image/scan.js';
import { readVolume, voxelFiles } from '../io/files.node.js';
import { formatOf } from '../io/formats.js';
import { writeFiles } from '../io/write.node.js';
import { defineCommand, runs } from './command.js';
import { addRawOptions, parseNumber, parsePerLabel, parseSeed, voxelSizeOption } from './options.js';
import { shapeText, voxelSizeText } from './text.js';
import { checkOutput } from './outputs.js';

interface ScanFlags extends Required<ScanOptions> {
  readonly voxelSize?: VoxelSize;
  readonly output: string;
}

export function scanCommand(): Command {
  const command = defineCommand('scan', 'Make a grey image of labels as a tomograph would see it, with blur and ' +
      'noise, to find out what a segmentation makes of a structure that is known.', [
    'scan cathode.nrrd --greys 1=110,2=210,3=40 -o scan.tif',
    'scan cathode.nrrd --greys 1=110,2=210,3=40 --blur 0.8 --noise 20 --seed 2 -o scan.tif',
  ])
    .argument('<image>', 'label image')
    .addOption(
      new Option('--greys <list>', 'grey value of each label, e.g. 1=110,2=210,3=40')
        .argParser((text: string) => parsePerLabel(text, 'LABEL=GREY, …, such as 1=110,2=210,3=40', parseNumber))
        .makeOptionMandatory(),
    )
    .option('--blur <voxels>', 'standard deviation of a Gaussian blur, 0 for none', parseNumber, SCAN_DEFAULTS.blur)
    .option('--noise <greys>', 'standard deviation of the noise', parseNumber, SCAN_DEFAULTS.noise)
    .option('--seed <n>', 'random numbers', parseSeed, SCAN_DEFAULTS.seed)
    .addOption(
      new Option('--dtype <type>', 'number type of the image').choices(['uint8', 'uint16', 'float32'])
        .default(SCAN_DEFAULTS.dtype),
    )
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z'))
    .requiredOption('-o, --output <file>', '.tif, .nrrd, .mha, .nii.gz, .npy, .h5, .zarr, .vti or .raw');
  addRawOptions(command);
  return runs<[string, ScanFlags]>(command, async (call, path, flags) => {
    const { output, voxelSize, greys, blur, noise, seed, dtype } = flags;
    formatOf(output, 'write');
    await checkOutput(output, 'voxels', [path]);
    const read = await readVolume(path, call.reading);
    const volume = voxelSize === undefined ? read : { ...read, voxelSizeUm: voxelSize };
    const scan = await simulateScan(await call.session(), volume, { greys, blur, noise, seed, dtype }, call.run);
    call.signal.throwIfAborted();
    const files = [...await voxelFiles(output, scan)];
    await writeFiles(new Map(files));
    const names = files.map(([name]) => name);
    const { shape, voxelSizeUm, provenance } = scan;
    call.print(
      { files: names, dtype, shape, voxelSizeUm: voxelSizeJson(voxelSizeUm), provenance },
      `${names.join(', ')}\n${dtype}, ${shapeText(shape)}, voxel size ${voxelSizeText(voxelSizeUm)}, ` +
        `blur ${blur} voxels, noise ${noise}`,
    );
  });
}
