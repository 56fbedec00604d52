// voxelith discharge3d: what an electrode gives on the voxels of its image at the rates that are asked for.
import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { SpecError, VoxelithError } from '../core/errors.js';
import type { LabelVolume } from '../core/volume.js';
import { tableOfCells, type Table } from '../core/table.js';
import { layoutOf } from '../cell/cell.js';
import type { CellDescription } from '../cell/file/read.js';
import { fieldFiles, readBytes, readVolume } from '../io/files.node.js';
import { formatOf } from '../io/formats.js';
import { packed, unpacked } from '../io/packed.js';
import { textOf } from '../io/utf8.js';
import type { VoxelData } from '../io/voxels.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import type { DischargeCheckpoint } from '../resolved/checkpoint.js';
import { discharge3d, type Discharge3dOptions } from '../resolved/discharge.js';
import { stateOfChargeMap } from '../resolved/maps.js';
import { momentText, parseMoments, type Moment } from '../resolved/moments.js';
import type { ResolvedDischarge } from '../resolved/result.js';
import { checkDistinct, parsePositives, parseStoichiometry, readCellFile } from './cell-file.js';
import { defineCommand, runs, type Invocation } from './command.js';
import { grainsOfRuns, tableOfGrains } from './discharge3d-grains.js';
import { addElectrodeOptions, electrodeNames, electrodeOptions, type ElectrodeFlags } from './electrode-options.js';
import { runFacts } from './facts.js';
import { addRawOptions, parsePositive } from './options.js';
import { checkFile, checkOutput } from './outputs.js';
import { fingerprintOf } from './resume.js';
import { tableFiles } from './table.js';
import { significant, textTable } from './text.js';

interface Flags extends ElectrodeFlags {
  readonly rate?: readonly number[];
  readonly current?: readonly number[];
  readonly stoichiometry?: number;
  readonly duration?: number;
  readonly at?: readonly Moment[];
  readonly maps?: string;
  readonly profiles?: string;
  readonly grains?: string;
  readonly report?: string;
  readonly output?: string;
  readonly checkpoint?: string | false;
  readonly checkpointEvery: number;
}

/** The state of a command between two runs of the program. */
interface Saved {
  readonly fingerprint: string;
  readonly done: readonly ResolvedDischarge[];
  readonly running: DischargeCheckpoint | null;
}

const CHECKPOINT = 'checkpoint of "voxelith discharge3d"';

/** What a checkpoint file has; null when there is none. @throws FileError, and SpecError for one of other settings */
async function savedIn(path: string, fingerprint: string): Promise<Saved | null> {
  if ((await stat(path).catch(() => null)) === null) return null;
  const saved = unpacked(path, CHECKPOINT, await readBytes(path)) as Saved;
  const [image, settings] = [saved.fingerprint, fingerprint].map((text) => String(text).split(':'));
  if (image[1] === settings[1] && image[2] === settings[2]) return saved;
  const what = image[1] === settings[1] ? 'the cell, the options or the program are others' : 'the image is another';
  throw new SpecError(
    `${path}: is the checkpoint of a run that was interrupted, but ${what}; remove it to begin anew, or name another ` +
      'with --checkpoint',
  );
}

const rateName = ({ rate }: ResolvedDischarge): string => `${significant(rate, 4)}C`;

const tableOfCurves = (all: readonly ResolvedDischarge[]): Table => tableOfCells(
  ['rate', 'currentDensity', 'time', 'voltage', 'charge', 'stoichiometry', 'surfaceLow', 'surfaceHigh'],
  all.flatMap(({ rate, currentDensity, time, voltage, charge, stoichiometry, surface }) =>
    time.map((t, k) => [rate, currentDensity, t, voltage[k], charge[k], stoichiometry[k], ...surface[k]])),
);

const tableOfProfiles = (all: readonly ResolvedDischarge[]): Table => tableOfCells(
  ['rate', 'moment', 'time', 'depthUm', 'stoichiometry', 'reaction', 'solidPotential', 'electrolytePotential'],
  all.flatMap(({ rate, profiles, depthUm }) => profiles.flatMap((profile) => depthUm.map((depth, k) => [
    rate, momentText(profile.moment), profile.time, depth, ...[
      profile.stoichiometry, profile.reaction, profile.solidPotential, profile.electrolytePotential,
    ].map((values) => (Number.isNaN(values[k]) ? null : values[k])),
  ]))),
);

/** What the image has beside what the cell file says of its electrode. */
function composition({ active, area, depthUm }: ResolvedDischarge, voxels: number, { cell }: CellDescription) {
  const { positive } = layoutOf(cell);
  const thickness = depthUm[0] + depthUm[depthUm.length - 1];
  return {
    image: {
      thickness: 1e-6 * thickness, volumeFraction: active.voxels / voxels, area: area.corrected / (1e-6 * thickness),
    },
    file: { thickness: positive.thickness, volumeFraction: positive.active.volumeFraction, area: positive.area },
  };
}

const CAUSES: Readonly<Partial<Record<ResolvedDischarge['endedBy'], string>>> = {
  stuck: 'no step was short enough for the potentials and the lithium to be found; what was found until then is kept',
  noPotentials: 'no potentials carry this current at the start; lower the rate',
};

function textOfRuns(
  all: readonly ResolvedDischarge[], voxels: number, description: CellDescription, reference: string,
): string {
  const { cell } = description;
  const [{ active, area }] = all;
  const { image, file } = composition(all[0], voxels, description);
  const percent = (share: number): string => `${significant(100 * share, 4)} %`;
  const beside = (name: string, own: number, other: number, unit = ''): string =>
    `${name} ${significant(own, 4)}${unit} (cell file: ${significant(other, 4)}${unit})`;
  const table = textTable([
    ['C-rate', 'A/m²', 'mAh/cm²', 'mWh/cm²', 'time (s)', 'end V', 'steps', 'ended by'],
    ...all.map(({ rate, currentDensity, capacity, energy, time, voltage, work, endedBy }) => [
      significant(rate), significant(currentDensity), significant(capacity / 36_000), significant(energy / 36_000),
      significant(time[time.length - 1] ?? 0), significant(voltage[voltage.length - 1] ?? NaN), String(work.steps),
      endedBy,
    ]),
  ]);
  return [
    `${cell.name}, ${significant(cell.temperature)} K; ${reference}`,
    [
      beside('active material', image.volumeFraction, file.volumeFraction),
      beside('interface', image.area, file.area, ' 1/m'),
      beside('thickness', 1e6 * image.thickness, 1e6 * file.thickness, ' µm'),
    ].join(', '),
    `area of voxel faces times ${significant(area.corrected / area.faces, 4)}; of the active material ` +
      `${percent(active.touching)} touch electrolyte, ${percent(active.wired)} are joined to the collector, ` +
      `${percent(active.dead)} are dead`,
    table,
  ].join('\n');
}

/** The runs of a command, one after another, with what an interrupted one left. */
class Runs {
  readonly done: ResolvedDischarge[];
  private resume: DischargeCheckpoint | null;
  private last: number | null = null;
  private exists: boolean;

  constructor(
    private readonly call: Invocation, private readonly path: string | null, private readonly fingerprint: string,
    private readonly every: number, saved: Saved | null,
  ) {
    this.done = [...saved?.done ?? []];
    this.resume = saved?.running ?? null;
    this.exists = saved !== null;
    if (saved === null) return;
    const time = this.resume?.record.time ?? [0];
    call.note(`${path}: goes on with run ${this.done.length + 1} at ${significant(time[time.length - 1])} s`);
  }

  private async write(running: DischargeCheckpoint | null): Promise<void> {
    if (this.path === null) return;
    const saved: Saved = { fingerprint: this.fingerprint, done: this.done, running };
    await writeFiles(new Map([[this.path, packed(saved)]]));
    this.exists = true;
    if (running !== null) this.last = running.record.time[running.record.time.length - 1];
  }

  async run(volume: LabelVolume, description: CellDescription, options: Partial<Discharge3dOptions>): Promise<void> {
    const { call, resume } = this;
    this.resume = null;
    try {
      this.done.push(await discharge3d(await call.session(), volume, description.cell, options, call.run, {
        resume, every: this.every, store: (running) => this.write(running),
      }));
    } catch (error) {
      if (call.signal.aborted && this.last !== null) {
        call.note(`stopped at ${significant(this.last)} s; the same command goes on from there (${this.path})`);
      }
      throw error;
    }
    if (this.exists) await this.write(null);
  }

  /** Nothing is left to go on with. */
  async end(): Promise<void> {
    if (this.exists && this.path !== null) await rm(this.path, { force: true });
  }
}

/** The end goes with all: tables and report say what a run came to. */
const momentsOf = (at: readonly Moment[] = []): Moment[] =>
  [...at.filter(({ kind }) => kind !== 'end'), { kind: 'end' }];

const CELLS = 'cell file of a half-cell (YAML; docs/cell.md)';

export function discharge3dCommand(): Command {
  const command = defineCommand('discharge3d', 'Discharge the electrode in an image on its voxels: electrons, ions, ' +
    'lithium and the reaction on every face, with the materials, separator and limits of a cell file.', [
    'discharge3d cathode.nrrd examples/cells/s2.yaml --rate 1',
    'discharge3d cathode.nrrd cell.yaml --rate 0.2,1,2 --at 25%,50%,end --maps soc.vti -o curves.csv',
    'discharge3d cathode.nrrd cell.yaml --rate 1 --at 25%,50%,75% --grains grains.csv --report discharge.html',
    'discharge3d cathode.tif cell.yaml --se 2 --am 1 --carbon 4 --carbon-conductivity 100 --voxel-size 200nm --json',
  ])
    .argument('<image>', 'label image of the electrode')
    .argument('<cell>', CELLS)
    .option('--rate <list>', 'C-rates of what the image holds from the start to the end of the window, or of the ' +
      'file\'s nominalCapacity (default: 1)', parsePositives)
    .option('--current <list>', 'current densities in A/m² instead', parsePositives);
  addElectrodeOptions(command, {
    se: 'electrolyte: solid, or the pores that a liquid fills',
    carbon: 'conductive additive: carries electrons alone; in a liquid it is porous, as the cell file says',
    carbonConductivity: 'of the additive beside a solid electrolyte',
  })
    .option('--stoichiometry <x>', 'at the start (default: that of the cell file)', parseStoichiometry)
    .option('--duration <s>', 'end after this time, if no limit comes first', parsePositive)
    .option('--at <moments>', 'when maps and profiles are kept: times, shares of the capacity, voltages and the end, ' +
      'such as 10min,25%,3.6V; the end is always kept', (text: string) => parseMoments(text, '--at'))
    .option('-o, --output <curves.csv>', 'write the curves')
    .option('--profiles <profiles.csv>', 'write means over the depth')
    .option('--maps <file>', 'write maps of the state of charge: all in FILE.vti with the labels, or ' +
      'FILE-1C-25%.npy and so on')
    .option('--grains <grains.csv>', 'write the lithium of each grain of the active material at these moments')
    .option('--report <report.html>', 'write a report: curves, planes coloured by state of charge, profiles, grains')
    .option('--checkpoint <file>', 'where an interrupted run leaves what it has, and goes on from (default: ' +
      'IMAGE.checkpoint in the working directory)')
    .option('--no-checkpoint', 'leave none')
    .option('--checkpoint-every <s>', 'seconds of work between two', parsePositive, 60);
  addRawOptions(command);
  return runs<[string, string, Flags]>(command, async (call, path, cellPath, flags) => {
    const { rate, current, output, profiles, maps, grains, report } = flags;
    if (rate !== undefined && current !== undefined) {
      throw new SpecError('discharge3d: --rate and --current say the same; give one of them');
    }
    const wanted = current ?? rate ?? [1];
    checkDistinct('discharge3d', current === undefined ? '--rate' : '--current', wanted);
    const inputs = [path, cellPath];
    for (const file of [output, profiles, grains]) {
      if (file !== undefined) await checkOutput(file, 'table', inputs);
    }
    if (report !== undefined) await checkOutput(report, 'report', inputs);
    if (maps !== undefined) await checkOutput(maps, 'voxels', inputs);
    const place = flags.checkpoint === false ? null : flags.checkpoint ?? `${basename(path)}.checkpoint`;
    if (place !== null) await checkFile(place, inputs);
    const description = await readCellFile(cellPath);
    const read = await readVolume(path, call.reading);
    const volume = flags.voxelSize === undefined ? read : { ...read, voxelSizeUm: flags.voxelSize };
    const { statedCapacity } = description;
    const options: Partial<Discharge3dOptions> = {
      ...electrodeOptions(flags), stoichiometry: flags.stoichiometry ?? null,
      duration: flags.duration ?? null, nominalCapacity: statedCapacity, moments: momentsOf(flags.at),
    };
    const settings = { options, rate, current, cell: textOf(cellPath, await readBytes(cellPath)) };
    const { labels, ...grid } = volume;
    const fingerprint = await fingerprintOf('discharge3d', settings, { ...grid, data: labels });
    const saved = place === null ? null : await savedIn(place, fingerprint);
    const all = new Runs(call, place, fingerprint, flags.checkpointEvery, saved);
    for (const value of wanted.slice(all.done.length)) {
      const drive = current === undefined ? { rate: value } : { current: value };
      await all.run(volume, description, { ...options, ...drive });
    }
    const { done } = all;
    for (const run of done) {
      const met = run.maps.map(({ moment }) => momentText(moment));
      const missed = options.moments!.map(momentText).filter((name) => !met.includes(name));
      if (missed.length > 0) call.note(`${rateName(run)}: ended before ${missed.join(', ')}`);
    }
    const files = new Map<string, FileContent>();
    for (const [file, table] of [[output, tableOfCurves], [profiles, tableOfProfiles]] as const) {
      if (file === undefined) continue;
      for (const [name, content] of await tableFiles(file, table(done))) files.set(name, content);
    }
    if (maps !== undefined) {
      const arrays = new Map<string, VoxelData>(done.flatMap((run) =>
        run.maps.map((map) => [`${rateName(run)}-${momentText(map.moment)}`, stateOfChargeMap(run, map)] as const)));
      if (formatOf(maps, 'write').name === 'vti') arrays.set('labels', labels);
      for (const [name, content] of await fieldFiles(maps, arrays, grid)) files.set(name, content);
    }
    if (grains !== undefined || report !== undefined) {
      const found = await grainsOfRuns(await call.session(), volume, flags.am, done, call.run);
      if (grains !== undefined) {
        for (const file of await tableFiles(grains, tableOfGrains(found, done))) files.set(...file);
      }
      if (report !== undefined) {
        const { discharge3dReport, factsOf } = await import('../report/index.js');
        files.set(report, discharge3dReport({
          title: path, volume, names: electrodeNames(flags),
          active: flags.am, axis: flags.axis, separator: flags.separator, description, runs: done,
          grains: { table: found.table, lithium: found.lithium.map((own) => own[own.length - 1] ?? null) },
          reproducibility: factsOf(runFacts(volume)),
        }));
      }
    }
    if (files.size > 0) {
      await writeFiles(files);
      call.note([...files.keys()].join(', '));
    }
    const reference = statedCapacity === null ? '1 C empties the active material of the image in an hour'
      : `1 C is the ${significant(statedCapacity / 36_000, 4)} mAh/cm² of the cell file in an hour`;
    const shown = done.map(({ maps: _, ...run }) => ({ cell: description.cell.name, ...run }));
    call.print(
      {
        ...(shown.length === 1 ? shown[0] : { cell: description.cell.name, runs: shown }),
        composition: composition(done[0], labels.length, description), inputs: description.entries,
      },
      textOfRuns(done, labels.length, description, reference),
    );
    await all.end();
    const failures = done.flatMap(({ endedBy, rate: own, time }) => (CAUSES[endedBy] === undefined ? [] : [
      `${path}: at ${significant(own, 4)} C after ${significant(time[time.length - 1] ?? 0)} s: ${CAUSES[endedBy]}`,
    ]));
    if (failures.length > 0) throw new VoxelithError(failures.join('\n'));
  });
}
