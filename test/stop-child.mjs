// Loaded before a program that a test stops (test/stop.ts): the program sends itself the signal, at a moment that a
// watcher beside it would miss on a busy machine.
//
// `folder`, `files`, `lines`: in the call that brings the files there whose names match to so many lines.
// `after`: so many ms after it began to listen to the signal.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const asked = new URL(import.meta.url).searchParams;
const [signal, folder] = [asked.get('signal'), asked.get('folder')];
const stop = () => process.kill(process.pid, signal);

function stopAtLines(files, lines) {
  let stopped = false;
  const look = () => {
    if (stopped || !existsSync(folder)) return;
    const names = readdirSync(folder).filter((name) => files.test(name));
    const text = names.map((name) => readFileSync(join(folder, name), 'latin1')).join('');
    if (names.length === 0 || text.split('\n').length - 1 < lines) return;
    stopped = true;
    stop();
  };
  const looking = (original) => async function looksAfterwards(...args) {
    const result = await original.apply(this, args);
    look();
    return result;
  };
  const { open } = fs;
  let prepared = false;
  fs.open = async (...args) => {
    const file = await open(...args);
    const prototype = Object.getPrototypeOf(file);
    // Rows are appended and then brought to the disk; there is no other way to that class.
    if (!prepared) prototype.datasync = looking(prototype.datasync);
    prepared = true;
    return file;
  };
  fs.rename = looking(fs.rename);
  syncBuiltinESMExports();
}

function stopAfter(ms) {
  const { on } = process;
  process.on = function listens(event, listener) {
    on.call(this, event, listener);
    if (event === signal) setTimeout(stop, ms).unref();
    return this;
  };
}

// Workers load it, too.
if (isMainThread) {
  if (folder === null) stopAfter(Number(asked.get('after')));
  else stopAtLines(new RegExp(asked.get('files')), Number(asked.get('lines')));
}
