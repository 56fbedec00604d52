// A result as a list of leaves, each with its path and its exact bits; and the digest of such a list. Runs in pages,
// too.
import { sha256 } from '../../build/js/src/study/sha256.js';

/** What differs between two runs of the same build, or says which build it is. */
const DROPPED = new Set([
  'seconds', 'secondsLeft', 'finished', 'check', 'peakBytes', 'version', 'threads', 'node', 'platform', 'cpu', 'pid',
  'location',
  'cost', 'layout',
]);

const ROOT = new URL('../../', import.meta.url);

/** Text without times, sizes of memory, versions, dates and the place of the repository. */
function scrubbed(text) {
  return (ROOT.protocol === 'file:' ? text.replaceAll(ROOT.pathname, '') : text)
    .replace(/\d+(\.\d+)?(e[+-]?\d+)?\s?(ms|s|min|h)(?![A-Za-z0-9/_-])/g, 'TIME')
    .replace(/\b\d+:\d\d(:\d\d)?\b/g, 'TIME')
    .replace(/voxelith \d+\.\d+\.\d+/g, 'voxelith VERSION')
    .replace(/Node(\.js)? v?\d+(\.\d+)+/g, 'NODE')
    .replace(/\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?/g, 'DATE')
    .replace(/\d+(\.\d+)? (KiB|MiB|GiB)/g, 'SIZE');
}

const hashOf = (of) => sha256(of).slice(0, 16);

const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** @returns {[path: string, leaf: string][]} numbers by their digits, which name a Float64 exactly; arrays of numbers
 *    by a hash of their bytes */
export function leavesOf(value, path = '') {
  if (value === undefined || typeof value === 'function') return [];
  if (value === null || typeof value === 'boolean') return [[path, String(value)]];
  if (typeof value === 'number') return [[path, Object.is(value, -0) ? '-0' : String(value)]];
  if (typeof value === 'string') {
    const lines = scrubbed(value).split('\n');
    if (lines.length > 1) return lines.flatMap((line, i) => leavesOf(line, `${path}:${i + 1}`));
    return [[path, lines[0].length <= 240 ? JSON.stringify(lines[0]) : `text[${lines[0].length}] ${hashOf(lines[0])}`]];
  }
  if (ArrayBuffer.isView(value)) {
    const kind = value instanceof Uint8Array ? 'Uint8Array' : value.constructor.name;
    return [[path, `${kind}[${value.length}] ${hashOf(bytesOf(value))}`]];
  }
  if (value instanceof Map) {
    return leavesOf(Object.fromEntries([...value].map(([key, item]) => [String(key), item])), path);
  }
  if (Array.isArray(value) && value.length > 64 && value.every((item) => typeof item === 'number')) {
    return leavesOf(Float64Array.from(value), path);
  }
  return Object.keys(value).filter((key) => !DROPPED.has(key)).sort()
    .flatMap((key) => leavesOf(value[key], `${path}.${key}`));
}

/** Short SHA-256 over paths and leaves. */
export const digestOf = (leaves) => hashOf(leaves.map(([path, leaf]) => `${path}=${leaf}\n`).join(''));

/** The leaves in which two lists differ, as lines of text. */
export function differences(ours, theirs) {
  const [mine, other] = [new Map(ours), new Map(theirs)];
  return [...new Set([...mine.keys(), ...other.keys()])].filter((path) => mine.get(path) !== other.get(path))
    .map((path) => `${path || '(the whole)'}: ${other.get(path) ?? 'absent'} → ${mine.get(path) ?? 'absent'}`);
}
