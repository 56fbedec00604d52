// The package's types in projects of users: TypeScript as Node resolves, and as bundlers do, checking the declarations
// themselves, without the packages that a user may not have.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SHARED = `
  const spec = specFromSet('bm01', { size: [32, 32, 32], seed: 1 });
  const structure = await generate(session, spec);
  const { mFactor: m }: MFactorResult = await mFactor(session, structure, { phase: 2, axis: 'z' });
  const percolates: number | null = m;
  // @ts-expect-error an unknown option
  await mFactor(session, structure, { phase: 2, axes: 'z' });
  session.close();
  return percolates;`;

const PROJECTS = {
  nodenext: {
    options: { module: 'nodenext', types: ['node'] },
    source: `import { generate, mFactor, openSession, readVolume, specFromSet, type MFactorResult } from 'voxelith';
export async function run(): Promise<number | null> {
  const session = await openSession({ threads: 1, wasmUrl: new URL('file:///core.wasm') });
  void readVolume('a.npy', { libraries: { h5wasm: () => import('node:fs') } });${SHARED}
}\n`,
  },
  bundler: {
    options: { module: 'esnext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] },
    source: `import { generate, mFactor, openSession, specFromSet, type MFactorResult } from 'voxelith';
import { openSession as openInline } from 'voxelith/inline';
import { describe, openSession as openSmall } from 'voxelith/pipeline';
import * as viewer from 'voxelith/viewer';
export const others = [openInline, openSmall, describe, viewer];
// @ts-expect-error not in browsers
export { readVolume } from 'voxelith';
export async function run(): Promise<number | null> {
  const session = await openSession({ threads: 1, wasmUrl: '/core.wasm' });${SHARED}
}\n`,
  },
};

/** @param folder where the package is installed @param root of the repository, which has TypeScript
 *  @throws Error with what TypeScript says */
export function checkTypes(folder, root) {
  for (const [name, { options, source }] of Object.entries(PROJECTS)) {
    const project = join(folder, name);
    mkdirSync(project);
    writeFileSync(join(project, 'use.ts'), source);
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({
      compilerOptions: {
        target: 'es2022', strict: true, skipLibCheck: false, noEmit: true, ...options,
        typeRoots: [join(root, 'node_modules/@types')],
      },
      include: ['use.ts'],
    }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`check-package: types in a project of ${name}:\n${stdout}`);
    console.log(`types hold in a project of ${name}`);
  }
}
