// The table of docs/networks.md about star-shaped particles: six models of Neumann et al. 2023, their grains as
// harmonics, and M of the union at three voxel sizes. `npm run star-shaped`, or with names of models behind it.
import { segmentGrains } from '../src/descriptors/grains.js';
import { surfaceAreas } from '../src/descriptors/surface-area.js';
import type { LabelVolume } from '../src/core/volume.js';
import { drawStarParticles } from '../src/grains/star-draw.js';
import { starParticles } from '../src/grains/star-particles.js';
import { openSession } from '../src/node.js';
import { generate } from '../src/structure/generate.js';
import { phaseLevelSet } from '../src/structure/level-set.js';
import { specFromSet } from '../src/structure/parameter-sets.js';
import { conduct, type ConductOptions } from '../src/transport/conduct.js';

const EDGE = 160;
const dist = new URL('../../../dist/', import.meta.url);
const session = await openSession({
  wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist),
});

async function mOf(volume: LabelVolume, options: Partial<ConductOptions> = {}): Promise<string> {
  const { mFactor } = await conduct(session, volume, { phase: 2, tolerance: 1e-3, ...options });
  return (mFactor ?? NaN).toFixed(4);
}

const share = ({ labels }: LabelVolume): number => labels.filter((label) => label === 2).length / labels.length;

/** Every `step`-th voxel. */
function coarse({ labels }: LabelVolume, step: number): LabelVolume {
  const n = EDGE / step;
  const at = (i: number): number => i * step + (step >> 1);
  const chosen = Uint8Array.from(
    { length: n ** 3 },
    (_, i) => labels[(at(Math.floor(i / (n * n))) * EDGE + at(Math.floor(i / n) % n)) * EDGE + at(i % n)],
  );
  return { labels: chosen, shape: [n, n, n], voxelSizeUm: null };
}

const given = process.argv.slice(2);
for (const name of given.length > 0 ? given : ['f850', 'f900', 'm850', 'm900', 'c850', 'c900']) {
  const spec = { ...specFromSet(name, { size: [EDGE, EDGE, EDGE], seed: 1 }), levelSets: true };
  const volume = await generate(session, spec);
  const plain: string[] = [];
  for (const step of [1, 2, 4]) plain.push(await mOf(step === 1 ? volume : coarse(volume, step)));
  const own = await mOf(volume, { interface: 'smooth', levelSet: phaseLevelSet(volume, 2) });
  console.log(`${name}: ε ${share(volume).toFixed(4)}, M plain ${plain.join(' ')}, level set ${own}`);
  console.log(`  surfaces ${JSON.stringify(await surfaceAreas(session, volume))}`);
  const grains = await segmentGrains(session, volume, { phase: 2, dynamics: 1 });
  for (const overlap of [0, 4]) {
    const particles = await starParticles(session, grains, { overlap });
    for (const n of [EDGE, EDGE / 2, EDGE / 4]) {
      const drawn = await drawStarParticles(session, particles, { shape: [n, n, n] });
      const smooth = await mOf(drawn, { interface: 'smooth', levelSet: drawn.levelSet });
      const off = share(drawn) - share(volume);
      console.log(`  overlap ${overlap}, ${n}³: ε ${off.toFixed(4)} off, M ${smooth}, plain ${await mOf(drawn)}`);
      if (n === EDGE) console.log(`  surfaces ${JSON.stringify(await surfaceAreas(session, drawn))}`);
    }
  }
}
session.close();
