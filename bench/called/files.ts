// Reading and writing of volumes, and the commands.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CalledCase, Place } from './case.js';

const FORMATS = ['npy', 'npy.gz', 'npz', 'tif', 'nrrd', 'mha', 'nii.gz', 'vti', 'raw', 'h5'] as const;

/** Kept in the record. */
const RECORDED: readonly string[] = ['npy', 'tif', 'nrrd', 'vti'];

const file = ({ inputs }: Place, name: string): string => join(inputs.folder, name);

/** Written once for both builds. */
async function labelsAs(place: Place, format: string): Promise<string> {
  const path = file(place, `labels.${format}`);
  if (!existsSync(path)) await place.library.writeVolume(path, place.inputs.volume);
  return path;
}

const reading: readonly CalledCase[] = FORMATS.map((format) => ({
  name: `readVolume .${format}`,
  recorded: RECORDED.includes(format),
  prepare: async (place) => void (await labelsAs(place, format)),
  run: async (place) => void (await place.library.readVolume(file(place, `labels.${format}`))),
}));

const writing: readonly CalledCase[] = FORMATS.map((format) => ({
  name: `writeVolume .${format}`,
  recorded: RECORDED.includes(format),
  run: async (place) => void (await place.library.writeVolume(file(place, `written.${format}`), place.inputs.volume)),
}));

function command(name: string, args: (place: Place) => readonly string[], more: Partial<CalledCase> = {}): CalledCase {
  return {
    name: `voxelith ${name}`,
    prepare: async (place) => {
      await labelsAs(place, 'npy');
      await labelsAs(place, 'tif');
      const greys = file(place, 'greys.tif');
      if (!existsSync(greys)) await place.library.writeVoxels(greys, place.inputs.grey);
    },
    run: (place) => {
      rmSync(file(place, 'table.csv'), { force: true });
      return place.command(...args(place), '--quiet', '--threads', String(place.threads));
    },
    ...more,
  };
}

const commands: readonly CalledCase[] = [
  command('info', (place) => ['info', file(place, 'labels.tif')]),
  command('generate', (place) => [
    'generate', '--model', 'bm01', '--size', String(place.inputs.edge), '--seed', '1', '-o', file(place, 'made.tif'),
  ]),
  command('conduct .npy', (place) => ['conduct', file(place, 'labels.npy'), '--phase', '1', '--json']),
  command('conduct .tif', (place) => ['conduct', file(place, 'labels.tif'), '--phase', '1', '--json']),
  command('describe', (place) => ['describe', file(place, 'labels.npy'), '--json']),
  command('measure', (place) => [
    'measure', file(place, 'labels.npy'), '-o', file(place, 'table.csv'),
  ], { recorded: false }),
  command('correlate', (place) => [
    'correlate', file(place, 'labels.npy'), '--phase', '1', '--max-lag', '50', '-o', file(place, 'lags.vti'),
  ], { recorded: false }),
  command('scan', (place) => [
    'scan', file(place, 'labels.npy'), '--greys', '1=60,2=120,3=200', '-o', file(place, 'scanned.tif'),
  ], { recorded: false }),
  command('import', (place) => [
    'import', file(place, 'greys.tif'), '--filter', 'median:3', '--segment', 'otsu:3', '-o', file(place, 'made.nrrd'),
  ], { recorded: false }),
  command('calibrate', (place) => [
    'calibrate', file(place, 'labels.npy'), '--model', 'three-phase', '--draws', '30', '--json',
  ], { upTo: 256, recorded: false }),
];

export const FILE_CASES: readonly CalledCase[] = [...reading, ...writing, ...commands];
