// voxelith generate: draw a structure and write it.
import { Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { voxelCount, voxelSizeJson } from '../core/grid.js';
import { labelFractions } from '../core/volume.js';
import { formatCsv } from '../io/csv.js';
import { namedAfter, voxelFiles } from '../io/files.node.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import { fromLabels } from '../io/voxels.js';
import { peakBytes } from '../runtime/plan.js';
import { generate, generatePlan } from '../structure/generate.js';
import { phaseLevelSet } from '../structure/level-set.js';
import type { ModelStructure } from '../structure/model.js';
import { STRUCTURE_MODELS } from '../structure/models.js';
import { packingContacts } from '../structure/packing/contacts.js';
import { particleImage, particleTable } from '../structure/packing/particle-image.js';
import { defineCommand, runs } from './command.js';
import { parsePhase, parseSeed, parseShape, several, voxelSizeOption } from './options.js';
import { checkOutput } from './outputs.js';
import { SOURCE_NAMES, structureSpec, type SpecFlags } from './structure-spec.js';
import { shapeText, significant, textTable, voxelSizeText } from './text.js';

/** Settings with a flag of their own. */
const COMMON_SETTINGS = ['size', 'voxelSizeUm', 'seed', 'levelSets'];

interface GenerateOptions extends SpecFlags {
  readonly output: string;
  readonly phaseLevelSet?: number;
  readonly particles?: string;
  readonly particleImage?: boolean;
}

/** Every model with what can be set of it. */
function modelsHelp(): string {
  const lines = STRUCTURE_MODELS.map(({ name, title, sets, parameters, settings }) => {
    const keys = [...Object.keys(parameters), ...Object.keys(settings).filter((key) => !COMMON_SETTINGS.includes(key))]
      .join(', ');
    const published = sets.length === 0 ? '' : `; published sets: ${sets.map((set) => set.name).join(', ')}`;
    return `  ${name}: ${title}${published}\n    --set ${keys}`;
  });
  return `\nModels:\n${lines.join('\n')}`;
}

/** Files to write, by name, with their sidecars. */
async function filesOf(
  output: string, structure: ModelStructure, fields: Readonly<Record<string, Float32Array | null>>,
): Promise<Map<string, FileContent>> {
  const files = await voxelFiles(output, fromLabels(structure));
  for (const [field, data] of Object.entries(fields)) {
    if (data === null) continue;
    for (const [path, bytes] of await voxelFiles(namedAfter(output, `level-${field}`), { ...structure, data })) {
      files.set(path, bytes);
    }
  }
  return files;
}

/** How many particles there are, and with how many of each label one is in contact. */
function contactsTable(structure: ModelStructure): string[] {
  if (structure.particles === undefined) return [];
  const { coordination, particles } = packingContacts(structure);
  const labels = Object.keys(coordination);
  const rows = labels.map((label) => [
    label, String(particles[label]),
    ...[...labels, 'all'].map((other) => significant(coordination[label][other], 3)),
  ]);
  const head = ['spheres', 'number', ...labels.map((label) => `contacts with ${label}`), 'with all'];
  return ['', textTable([head, ...rows])];
}

/** The table of the particles, as CSV or as JSON. */
function particleFile(path: string, structure: ModelStructure): Uint8Array {
  const { columns, rows } = particleTable(structure);
  const records = rows.map((row) => Object.fromEntries(row.map((cell, k) => [columns[k], cell])));
  const text = /\.json$/i.test(path) ? `${JSON.stringify(records, null, 1)}\n` : formatCsv(columns, rows);
  return new TextEncoder().encode(text);
}

export function generateCommand(): Command {
  const command = defineCommand('generate', 'Draw a structure from a model and write it to a file.', [
    'generate --model bm01 --size 128 --seed 7 -o cathode.nrrd',
    'generate --model bm01 --size 96,96,192 --set alphaChiX=0.12 --level-sets -o cathode.npy',
    'generate --model spheres --size 64 --set arrangement=bcc --set volumeFraction=0.5 -o bcc.vti',
    'generate --model packing --size 128 --set voidFraction=0.2 --set activeShare=0.7 -o pack.npy --particles pack.csv',
    'generate --model laminate --set "layers=[{thickness: 4, label: 1}, {thickness: 12, label: 2}]" -o layers.tif',
    'generate structure.yaml -o structure.mha',
  ])
    .argument('[spec]', 'YAML or JSON file with model, size (one number or [z, y, x]), seed, parameters …')
    .addOption(new Option('--model <name>', 'published parameter set, model or test structure').choices(SOURCE_NAMES))
    .option('--size <n|x,y,z>', 'voxels of a cube, or along x,y,z (default: 128)', parseShape)
    .option('--seed <n>', 'random numbers (default: 1)', parseSeed)
    .addOption(voxelSizeOption('voxel edge, e.g. 0.2um; α of a published set follows (default: that of the set)'))
    .option('--set <key=value>', 'change one parameter or setting; repeatable', several)
    .option('--level-sets', 'also write X − λ_X and Y − λ_Y as float32 to OUT-level-x and OUT-level-y')
    .option(
      '--phase-level-set <label>', 'also write the level set of a phase, for conduct --level-set, to OUT-level-LABEL',
      parsePhase,
    )
    .option('--particles <file>', 'also write the particles of a packing, to a .csv or .json: label, centre, radius')
    .option('--particle-image', 'also write the number of the particle of each voxel, to OUT-particles')
    .requiredOption('-o, --output <file>', '.npy, .tif, .nrrd, .mha, .nii.gz, .h5, .zarr, .vti or .raw')
    .addHelpText('after', modelsHelp());
  return runs<[string | undefined, GenerateOptions]>(command, async (call, path, options) => {
    const { output, phaseLevelSet: phase, particles } = options;
    const { model, spec: wanted, set } = await structureSpec(path, options);
    const spec = phase !== undefined && 'levelSets' in wanted ? { ...wanted, levelSets: true } : wanted;
    await checkOutput(output, 'voxels', path === undefined ? [] : [path]);
    if (particles !== undefined) await checkOutput(particles, 'particles', path === undefined ? [] : [path]);
    if ((particles !== undefined || options.particleImage) && model.name !== 'packing') {
      throw new SpecError(`generate: ${model.name} has no particles; --particles and --particle-image are of packing`);
    }
    const session = await call.session();
    const start = performance.now();
    const drawn = await generate(session, spec, call.run);
    const seconds = (performance.now() - start) / 1000;
    const origin = set && { set: set.name, surrogate: set.surrogate, source: set.source };
    const structure: ModelStructure = {
      ...drawn, provenance: { ...drawn.provenance, ...origin, program: `voxelith ${VERSION}` },
    };
    const { x, y } = ('levelSets' in wanted && wanted.levelSets && structure.levelSets) || { x: null, y: null };
    const files = await filesOf(
      output, structure, { x, y, ...(phase !== undefined && { [phase]: phaseLevelSet(structure, phase) }) },
    );
    if (options.particleImage) {
      const numbers = { ...structure, data: particleImage(structure) };
      for (const [place, bytes] of await voxelFiles(namedAfter(output, 'particles'), numbers)) files.set(place, bytes);
    }
    if (particles !== undefined) files.set(particles, particleFile(particles, structure));
    call.signal.throwIfAborted();
    await writeFiles(files);

    const expected: Readonly<Record<number, number>> = model.expected.volumeFraction?.(spec) ?? {};
    const phases = [...labelFractions(structure.labels)].map(([label, volumeFraction]) =>
      ({ label, volumeFraction, expected: expected[label] ?? null }));
    const { shape, voxelSizeUm, provenance } = structure;
    const plannedBytes = peakBytes(generatePlan(spec, session.threads));
    const rows = phases.map(
      (phase) => [String(phase.label), significant(phase.volumeFraction, 6), significant(phase.expected, 6)],
    );
    const lines = [
      `${[...files.keys()].join(', ')}`,
      `${set?.title ?? spec.model}, ${shapeText(shape)}, voxel size ${voxelSizeText(voxelSizeUm)}, ` +
        `${significant(seconds, 3)} s`,
      '',
      textTable([['label', 'volume fraction', 'expected'], ...rows]),
      ...contactsTable(structure),
    ];
    call.print({
      files: [...files.keys()], model: spec.model, set: set?.name ?? null, surrogate: set?.surrogate ?? null, shape,
      voxels: voxelCount(shape),
      voxelSizeUm: voxelSizeJson(voxelSizeUm),
      phases: Object.fromEntries(phases.map(
        (phase) => [phase.label, { volumeFraction: phase.volumeFraction, expectedVolumeFraction: phase.expected }],
      )),
      provenance, seconds, plannedBytes, threads: session.threads,
    }, lines.join('\n'));
  });
}
