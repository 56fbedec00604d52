// Runs a study in a process of its own, so that a test can kill it: node run-child.mjs SPEC.json DIRECTORY THREADS
import { readFileSync } from 'node:fs';
import { openSession, openStudy, openStudyDirectory, parseStudySpec, runStudy } from '../../dist/node.js';

const [, , file, directory, threads] = process.argv;
const spec = parseStudySpec(JSON.parse(readFileSync(file, 'utf8')));
const study = await openStudy(spec, await openStudyDirectory(directory), { version: 'test' });
await runStudy(study, { threads: Number(threads), memoryBytes: 2 ** 30, openSession });
