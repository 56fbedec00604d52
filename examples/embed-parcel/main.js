// Draws a virtual cathode and shows how well its active material conducts.
import { generate, mFactor, openSession, specFromSet } from 'voxelith';

const output = document.querySelector('output');
try {
  const session = await openSession();
  const structure = await generate(session, specFromSet('bm01', { size: [64, 64, 64], seed: 7 }));
  const { mFactor: m } = await mFactor(session, structure, { phase: 2 });
  session.close();
  output.textContent = `M = ${m.toPrecision(6)} on ${session.threads} threads. ${session.unsharedReason ?? ''}`;
  Object.assign(output.dataset, { m, threads: session.threads });
} catch (error) {
  output.textContent = output.dataset.error = error.message;
}
