// Slurm's programs.
import { execFile } from 'node:child_process';
import { SpecError, VoxelithError } from '../core/errors.js';
import { parseArraySize, parseJobId, parseQueue, QUEUE_FORMAT, type QueuedTask } from './slurm.js';

/** Programs answer in seconds; a controller that is gone lets them try for minutes. */
const PATIENCE = 120_000;

/** Runs a program of Slurm. @throws SpecError where it is not installed, VoxelithError where it fails */
async function ask(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: PATIENCE, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return reject(new SpecError(
          `study slurm: ${program} was looked for in PATH and not found: this machine has no Slurm, or its module is ` +
            'not loaded. Log in to one that submits jobs, or leave --submit away and take the scripts there',
        ));
      }
      const said = stderr.trim().split('\n').at(-1) || `it ended after ${PATIENCE / 1000} s without an answer`;
      reject(new VoxelithError(`study slurm: ${program} failed: ${said}; ask again, or ask whoever runs the cluster`));
    });
  });
}

/** Jobs of this user that wait or run. */
export const slurmQueue = async (): Promise<QueuedTask[]> =>
  parseQueue(await ask('squeue', ['--noheader', '--array', '--me', `--format=${QUEUE_FORMAT}`]));

/** Slurm's limit of indices; null where it does not say. */
export const slurmArraySize = async (): Promise<number | null> =>
  parseArraySize(await ask('scontrol', ['show', 'config']));

/** @returns the number of the job */
export const submitScript = async (script: string, options: readonly string[]): Promise<string> =>
  parseJobId(await ask('sbatch', ['--parsable', ...options, script]));
