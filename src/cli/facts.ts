// What a report of a command says about how it was made.
import { cpus } from 'node:os';
import { VERSION } from '../core/version.js';
import type { LabelVolume } from '../core/volume.js';

type Pair = readonly [label: string, value: string];

/** Machine and day. */
export function machineFacts(): Pair[] {
  const processors = cpus();
  return [
    ['machine', [
      processors[0]?.model.trim() || 'unknown processor', `${processors.length} cores`,
      `${process.platform} ${process.arch}`, `Node ${process.versions.node}`,
    ].join(', ')],
    ['date', new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC'],
  ];
}

export function commandFact(): Pair {
  return ['command', `voxelith ${process.argv.slice(2).join(' ')}`];
}

/** Program, command, what made the volume, machine and day. */
export function runFacts(volume?: Pick<LabelVolume, 'provenance'>): Pair[] {
  const provenance = volume?.provenance;
  return [
    ['version', `voxelith ${VERSION}`], commandFact(),
    ...(provenance === undefined ? [] : [['made by', JSON.stringify(provenance)] as const]), ...machineFacts(),
  ];
}
