// voxelith cell: from an image of a composite to a cell file.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { Document, isMap, visit } from 'yaml';
import { SpecError } from '../core/errors.js';
import { AXES, type Axis, type VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { significant } from '../core/text.js';
import { CHEMISTRIES, findChemistry } from '../cell/chemistries/index.js';
import { bpxFromImage } from '../cell/file/bpx-partial.js';
import { cellFromImage } from '../cell/file/from-image.js';
import { readCell } from '../cell/file/read.js';
import { loadingOf } from '../cell/outputs/loading.js';
import { readVolume } from '../io/files.node.js';
import { checkWritable, writeFiles } from '../io/write.node.js';
import { measureComposite } from '../resolved/composite.js';
import { defineCommand, runs } from './command.js';
import { parseDistance, parseNumber, parsePhase, voxelSizeOption } from './options.js';

interface CellOptions {
  readonly chemistry: string;
  readonly active: number;
  readonly electrolyte: number;
  readonly axis: Axis;
  readonly radius?: number;
  readonly area: 'spheres' | 'image';
  readonly thickness?: number;
  readonly density?: number;
  readonly formula?: string;
  readonly window?: readonly [number, number];
  readonly voxelSize?: VoxelSize;
  readonly output: string;
  readonly bpx?: string;
}

/** "5um" or "200nm" in µm. */
function parseLength(text: string): number {
  const { value, unit } = parseDistance(text);
  if (unit === 'voxels' || !(value > 0)) {
    throw new InvalidArgumentError(`Expected a length such as 5um or 200nm, found ${quoted(text)}.`);
  }
  return value;
}

/** "0.21,1": two stoichiometries. */
function parseWindow(text: string): readonly [number, number] {
  const ends = text.split(',').map(parseNumber);
  if (ends.length === 2 && ends[0] > 0 && ends[0] < ends[1] && ends[1] <= 1) return [ends[0], ends[1]];
  throw new InvalidArgumentError(
    `Expected two stoichiometries, charged and discharged, such as 0.21,1, found ${quoted(text)}.`,
  );
}

function parseDensity(text: string): number {
  const density = parseNumber(text);
  if (density > 0) return density;
  throw new InvalidArgumentError(`Expected a density in g/cm³ above 0, found ${quoted(text)}.`);
}

/** Entries with a unit on one line each. */
function yamlText(file: Readonly<Record<string, unknown>>, head: string): string {
  const document = new Document(file);
  document.commentBefore = head;
  visit(document, {
    Map(_, node) {
      if (isMap(node) && node.has('unit') && !node.has('x')) node.flow = true;
    },
    Pair(_, pair) {
      if (['x', 'y'].includes(String(pair.key))) (pair.value as { flow?: boolean }).flow = true;
    },
  });
  return document.toString({ lineWidth: 118 });
}

export function cellCommand(): Command {
  const command = defineCommand('cell', 'Write a cell file from an image of a composite and a chemistry: fractions, ' +
    'M of both solids, their interface and D_SCA are measured here.', [
    'cell cathode.nrrd --chemistry nca-lps -o cell.yaml',
    'cell cathode.nrrd --chemistry nca-lps --radius 2.5um --area image -o cell.yaml',
  ])
    .argument('<image>', 'label image with a voxel size')
    .requiredOption('--chemistry <name>', `one of ${CHEMISTRIES.map(({ name }) => name).join(', ')}`)
    .option('--active <label>', 'label of the active material', parsePhase, 2)
    .option('--electrolyte <label>', 'label of the electrolyte', parsePhase, 1)
    .addOption(new Option('--axis <axis>', 'direction from separator to collector').choices([...AXES]).default('z'))
    .option('--radius <length>', 'of the particles, e.g. 2.5um (default: half of D_SCA)', parseLength)
    .addOption(new Option(
      '--area <kind>', 'of the interface: of spheres, or as measured, with the flux factor that keeps lithium',
    ).choices(['spheres', 'image']).default('spheres'))
    .option('--thickness <length>', 'of the electrode, where the image shows a part of it', parseLength)
    .option('--density <g/cm3>', 'of the active material (default: that of the chemistry)', parseDensity)
    .option('--formula <formula>', 'its measured composition when full, e.g. LiNi0.8Mn0.1Co0.1O2: c_max is density ' +
      'over molar mass')
    .option('--window <low,high>', 'measured stoichiometries, charged and discharged, e.g. 0.21,1', parseWindow)
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z'))
    .option('--bpx <partial.json>', 'write what the image knows as a BPX file of Model "Partial", too')
    .requiredOption('-o, --output <cell.yaml>', 'file to write');
  return runs<[string, CellOptions]>(command, async (call, path, options) => {
    const { active, electrolyte, axis, output, bpx } = options;
    const chemistry = findChemistry(options.chemistry);
    if (active === electrolyte) throw new SpecError(`cell: --active and --electrolyte are both ${active}`);
    for (const target of [output, bpx]) if (target !== undefined) await checkWritable(target);
    const read = await readVolume(path, call.reading);
    const volume = options.voxelSize === undefined ? read : { ...read, voxelSizeUm: options.voxelSize };
    if (volume.voxelSizeUm === null) throw new SpecError(`${path}: has no voxel size; give --voxel-size`);
    const composite = { image: path, active, electrolyte, axis };
    const measured = await measureComposite(await call.session(), volume, composite, call.run);
    const choices = {
      radiusUm: options.radius ?? null, area: options.area, thicknessUm: options.thickness ?? null,
    };
    const { density = null, formula = null, window = null } = options;
    const file = cellFromImage(measured, chemistry, { ...choices, density, formula, window });
    const description = readCell(file, () => output);
    const { nominalCapacity, fluxFactors } = description;
    const theoretical = loadingOf(description);
    const { loading, specificCapacity } = theoretical ?? { loading: 0, specificCapacity: 0 };
    const perGram = theoretical === null ? ''
      : ` (${significant(loading * 100)} mg/cm² of active material at ${significant(specificCapacity / 3600)} mAh/g)`;
    const holds = `${significant(nominalCapacity / 36_000)} mAh/cm² between the start and full${perGram}`;
    const head = ` ${chemistry.title}; structure: ${path}\n Holds in theory: ${holds}`;
    const files = new Map([[output, yamlText(file, head)]]);
    if (bpx !== undefined) files.set(bpx, `${JSON.stringify(bpxFromImage(measured, chemistry, choices), null, 2)}\n`);
    await writeFiles(files);
    call.print(
      { cell: output, chemistry: chemistry.name, nominalCapacity, theoretical, fluxFactors, file },
      `${output}: ${holds}, flux factor aR/(3ε) ` +
        `${significant(fluxFactors[0])}; next: voxelith discharge ${output}`,
    );
  });
}
