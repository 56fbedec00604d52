// One text per value, whatever the order of its keys; and the differences between two values, key by key.
import { sha256 } from './sha256.js';

/** JSON with sorted keys and no white space; numbers as ECMAScript prints them, which is the same on every platform. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** SHA-256 of the canonical JSON. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

function leaves(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  const flat = value === null || typeof value !== 'object' ||
    (Array.isArray(value) && value.every((v) => typeof v !== 'object'));
  if (flat) return into.set(path, canonicalJson(value));
  for (const [key, inner] of Object.entries(value as object)) leaves(inner, path === '' ? key : `${path}.${key}`, into);
  return into;
}

/** Lines "key: old → new" for every leaf that differs. */
export function differences(before: unknown, after: unknown): string[] {
  const old = leaves(before, '', new Map());
  const now = leaves(after, '', new Map());
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key) !== now.get(key))
    .map((key) => `${key}: ${old.get(key) ?? 'absent'} → ${now.get(key) ?? 'absent'}`);
}
