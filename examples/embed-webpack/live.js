// The page with a core that webpack compiles from the AssemblyScript sources: an edited kernel runs here as soon as it
// is saved. What as-loader exports is the address of the compiled core.
import core from '../../assembly/index.ts';
import { show } from './show.js';

await show({ wasmUrl: core });
import.meta.webpackHot.accept('../../assembly/index.ts', () => show({ wasmUrl: core }));
