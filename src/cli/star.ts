// voxelith star: grains as star-shaped particles of spherical harmonics, and particles drawn again at any voxel size.
import { Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { voxelSizeJson, type Shape, type VoxelSize } from '../core/grid.js';
import { tableOfCells } from '../core/table.js';
import { VERSION } from '../core/version.js';
import { labelFractions, type Phase } from '../core/volume.js';
import { segmentGrains, SEGMENT_GRAINS_DEFAULTS } from '../descriptors/grains.js';
import { drawStarParticles, STAR_DRAW_DEFAULTS, type DrawnParticles } from '../grains/star-draw.js';
import { formatStarParticles, parseStarParticles, starTable } from '../grains/star-file.js';
import {
  starCounts, starParticles, STAR_DEFAULTS, STAR_SHARE, type StarCounts, type StarParticles,
} from '../grains/star-particles.js';
import type { GrainNumbers } from '../grains/survey.js';
import { namedAfter, readBytes, readVoxels, voxelFiles } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';
import { fromLabels, toLabels } from '../io/voxels.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import { CROSSINGS, type Crossing } from '../kernels/star.js';
import { defineCommand, runs, type Invocation } from './command.js';
import { addRawOptions, parseNumber, parsePhase, parseShape, voxelSizeOption } from './options.js';
import { checkFile, checkOutput } from './outputs.js';
import { tableFiles } from './table.js';
import { shapeText, significant, textTable, voxelSizeText } from './text.js';

interface StarFlags {
  readonly phase?: Phase;
  readonly dynamics?: number;
  readonly degree?: number;
  readonly crossing?: Crossing;
  readonly overlap?: number;
  readonly output?: string;
  readonly table?: string;
  readonly draw?: string;
  readonly size?: Shape;
  readonly voxelSize?: VoxelSize;
  readonly label?: Phase;
  readonly matrix?: Phase;
  readonly levelSet?: boolean;
  readonly numbers?: boolean;
}

const isParticles = (path: string): boolean => path.toLowerCase().endsWith('.json');

/** Flags that say how particles are made, and how they are drawn. */
const MAKING = ['phase', 'dynamics', 'degree', 'crossing', 'overlap'] as const;
const DRAWING = ['size', 'voxelSize', 'label', 'matrix', 'levelSet', 'numbers'] as const;

const dashed = (flag: string): string => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function checkFlags(input: string, flags: StarFlags): void {
  const making = MAKING.find((flag) => flags[flag] !== undefined);
  if (isParticles(input) && making !== undefined) {
    throw new SpecError(
      `star: ${dashed(making)} says how grains become particles, and ${input} holds particles already`,
    );
  }
  const drawing = DRAWING.find((flag) => flags[flag] !== undefined);
  if (flags.draw === undefined && drawing !== undefined) {
    throw new SpecError(`star: ${dashed(drawing)} goes with --draw FILE, which draws the particles`);
  }
  if (flags.dynamics !== undefined && flags.phase === undefined) {
    throw new SpecError('star: --dynamics goes with --phase LABEL, whose grains are told apart first');
  }
  if (isParticles(input) && [flags.table, flags.draw].every((path) => path === undefined)) {
    throw new SpecError(`star: ${input} holds particles; expected --draw FILE or --table FILE, found neither`);
  }
}

/** @throws SpecError unless the image holds numbers of grains */
async function grainsOf(call: Invocation, path: string, flags: StarFlags): Promise<GrainNumbers> {
  const array = await readVoxels(path, call.reading);
  const { shape, voxelSizeUm, provenance, data } = array;
  if (flags.phase !== undefined) {
    const { phase, dynamics } = flags;
    const options = { phase, ...(dynamics !== undefined && { dynamics }) };
    const { numbers } = await segmentGrains(await call.session(), toLabels(path, array), options, call.run);
    return { numbers, shape, voxelSizeUm, provenance };
  }
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    return { numbers: data, shape, voxelSizeUm, provenance };
  }
  const odd = data.findIndex((value) => !Number.isInteger(value));
  if (odd >= 0) {
    throw new SpecError(
      `${path}: numbers of grains must be whole, voxel ${odd} holds ${data[odd]}; give an image of grains, or ` +
        '--phase LABEL for one of labels',
    );
  }
  return { numbers: Int32Array.from(data), shape, voxelSizeUm, provenance };
}

async function particlesOf(call: Invocation, path: string, flags: StarFlags): Promise<StarParticles> {
  if (isParticles(path)) return parseStarParticles(path, textOf(path, await readBytes(path, call.reading)));
  const { degree, crossing, overlap } = flags;
  const options = {
    ...(degree !== undefined && { degree }), ...(crossing !== undefined && { crossing }),
    ...(overlap !== undefined && { overlap }),
  };
  const made = await starParticles(await call.session(), await grainsOf(call, path, flags), options, call.run);
  return { ...made, provenance: { ...made.provenance, program: `voxelith ${VERSION}` } };
}

/** What a user should know before particles are taken for grains. */
function warningsOf(counts: StarCounts, { overlap }: StarParticles, drawn: boolean): string[] {
  const { particles, notStarShaped, touching } = counts;
  return [
    ...(notStarShaped === 0 ? [] : [
      `${notStarShaped} of ${particles} grains are not star-shaped: fewer than ${STAR_SHARE * 100} % of the rays ` +
        'from their centres leave them once; smaller grains (--dynamics) are rounder',
    ]),
    ...(!drawn || overlap > 0 || touching === 0 ? [] : [
      `${touching} of ${particles} particles touch others and were made without overlap: drawn, gaps stay open ` +
        'between them; make them with --overlap 4',
    ]),
  ];
}

async function drawnFiles(path: string, drawn: DrawnParticles, label: Phase): Promise<Map<string, FileContent>> {
  const files = await voxelFiles(path, fromLabels(drawn));
  const add = async (name: string, data: Float32Array | Int32Array): Promise<void> => {
    const { shape, voxelSizeUm, provenance } = drawn;
    const more = await voxelFiles(namedAfter(path, name), { data, shape, voxelSizeUm, provenance });
    for (const [file, content] of more) files.set(file, content);
  };
  if (drawn.levelSet !== null) await add(`level-${label}`, drawn.levelSet);
  if (drawn.numbers !== null) await add('grains', drawn.numbers);
  return files;
}

/** Mean over the particles, each counting its volume. */
function meanOf({ particles }: StarParticles, key: 'sphericity' | 'starShare' | 'missed' | 'equivalentDiameter') {
  const weight = particles.reduce((sum, { volume }) => sum + volume, 0);
  return particles.reduce((sum, particle) => sum + particle.volume * particle[key], 0) / weight;
}

export function starCommand(): Command {
  const command = defineCommand('star', 'Grains as star-shaped particles: the radius in every direction as a sum of ' +
      'spherical harmonics, its power spectrum, and the particles drawn again at any voxel size.', [
    'star grains.npy -o particles.json --table particles.csv',
    'star cathode.nrrd --phase 2 --dynamics 1 --overlap 4 -o particles.json',
    'star particles.json --draw fine.npy --voxel-size 0.05um --level-set',
    'conduct fine.npy --phase 2 --interface smooth --level-set fine-level-2.npy',
  ])
    .argument('<input>', 'image of grains (whole numbers, 0 for none), label image with --phase, or particles as .json')
    .option('--phase <label>', 'the input is a label image: tell the grains of this phase apart first', parsePhase)
    .option(
      '--dynamics <voxels>',
      `with --phase: depth by which grains must be set off (default: ${SEGMENT_GRAINS_DEFAULTS.dynamics})`, parseNumber,
    )
    .option('--degree <n>', `largest degree of the harmonics, up to 20 (default: ${STAR_DEFAULTS.degree})`, parseNumber)
    .addOption(new Option(
      '--crossing <rule>',
      'radius of a ray that leaves its grain more than once: where it leaves first or last, or that of the same ' +
        `volume (default: ${STAR_DEFAULTS.crossing})`,
    ).choices(CROSSINGS))
    .option(
      '--overlap <voxels>',
      'how far particles reach into neighbours, so that no gaps are drawn between them (default: 0)', parseNumber,
    )
    .option('-o, --output <particles.json>', 'write the particles')
    .option('--table <table.csv>', 'write one row a particle: sizes, shape, power of every degree')
    .option(
      '--draw <file>',
      'draw the union of the particles: .npy, .tif, .nrrd, .mha, .nii.gz, .h5, .zarr, .vti or .raw',
    )
    .option('--size <n|x,y,z>', 'voxels of the drawing (default: as many as fill the window)', parseShape)
    .addOption(voxelSizeOption('voxel edge of the drawing, e.g. 0.1um (default: that of the image)'))
    .option('--label <label>', `label of the particles (default: ${STAR_DRAW_DEFAULTS.label})`, parsePhase)
    .option('--matrix <label>', `label of the rest (default: ${STAR_DRAW_DEFAULTS.matrix})`, parsePhase)
    .option('--level-set', 'also write their level set, for conduct --level-set, to DRAW-level-LABEL')
    .option('--numbers', 'also write the number of the grain at every voxel to DRAW-grains');
  addRawOptions(command);
  return runs<[string, StarFlags]>(command, async (call, input, flags) => {
    checkFlags(input, flags);
    const { output, table, draw, size, voxelSize, matrix, levelSet = false, numbers = false } = flags;
    if (output !== undefined) {
      if (!isParticles(output)) {
        throw new SpecError(`star: ${output}: particles are JSON; give a name that ends in .json`);
      }
      await checkFile(output, [input]);
    }
    if (table !== undefined) await checkOutput(table, 'table', [input]);
    if (draw !== undefined) await checkOutput(draw, 'voxels', [input]);
    const all = await particlesOf(call, input, flags);
    const counts = starCounts(all);
    call.warn(warningsOf(counts, all, draw !== undefined));
    const files = new Map<string, FileContent>();
    if (output !== undefined) files.set(output, formatStarParticles(all));
    if (table !== undefined) {
      const { columns, rows } = starTable(all);
      for (const [name, content] of await tableFiles(table, tableOfCells(columns, rows))) files.set(name, content);
    }
    let drawn: DrawnParticles | null = null;
    if (draw !== undefined) {
      const label = flags.label ?? STAR_DRAW_DEFAULTS.label;
      drawn = await drawStarParticles(await call.session(), all, {
        label, owners: numbers, levelSet,
        ...(matrix !== undefined && { matrix }), ...(size !== undefined && { shape: size }),
        ...(voxelSize !== undefined && { voxelSizeUm: voxelSize }),
      }, call.run);
      for (const [file, content] of await drawnFiles(draw, drawn, label)) files.set(file, content);
    }
    call.signal.throwIfAborted();
    if (files.size > 0) await writeFiles(files);
    const means = {
      equivalentDiameter: meanOf(all, 'equivalentDiameter'), sphericity: meanOf(all, 'sphericity'),
      starShare: meanOf(all, 'starShare'), missed: meanOf(all, 'missed'),
    };
    const fractions = drawn && Object.fromEntries(labelFractions(drawn.labels));
    const lines = [
      ...(files.size > 0 ? [[...files.keys()].join(', ')] : []),
      `${counts.particles} particles of degree ${all.degree}: ${counts.whole} star-shaped in every direction, ` +
        `${counts.notStarShaped} not star-shaped, ${counts.cut} cut by the window, ${counts.touching} touch others`,
      '',
      textTable([
        ['mean by volume', 'value'], ['equivalent diameter', significant(means.equivalentDiameter)],
        ['sphericity', significant(means.sphericity)], ['share of rays that leave once', significant(means.starShare)],
        ['radius missed by the harmonics', significant(means.missed)],
      ]),
      ...(drawn === null ? [] : [
        '', `drawn: ${shapeText(drawn.shape)}, voxel size ${voxelSizeText(drawn.voxelSizeUm)}`,
        textTable([['label', 'volume fraction'],
          ...Object.entries(fractions ?? {}).map(([name, share]) => [name, significant(share, 6)])]),
      ]),
    ];
    call.print({
      files: [...files.keys()], degree: all.degree, crossing: all.crossing, overlap: all.overlap, ...counts, means,
      voxelSizeUm: voxelSizeJson(all.voxelSizeUm),
      drawn: drawn && {
        shape: drawn.shape, voxelSizeUm: voxelSizeJson(drawn.voxelSizeUm), volumeFractions: fractions,
      },
    }, lines.join('\n'));
  });
}
