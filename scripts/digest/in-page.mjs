// The page's side of ./engine.mjs.
import * as api from '/dist/browser.js';
import { operations } from './anywhere.mjs';
import { runOperations } from './run.mjs';

function unpacked(key, value) {
  if (typeof value?.base64 !== 'string') return value;
  const bytes = Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
  return new globalThis[value.kind](bytes.buffer);
}

/** @returns what `runOperations` gives, as JSON */
export async function run({ inputs, only, threadCounts }) {
  const chosen = operations.filter(({ name }) => only.some((part) => name.includes(part)));
  return JSON.stringify(await runOperations(chosen, { api, inputs: JSON.parse(inputs, unpacked) }, threadCounts));
}
