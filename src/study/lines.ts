// Lines of JSON that tell when they were damaged.
import { crc32 } from '../io/crc32.js';

const encoder = new TextEncoder();

function checkOf(text: string): string {
  return crc32(encoder.encode(text)).toString(16).padStart(8, '0');
}

/** JSON whose last entry is the CRC-32 of all before it, so that no damage to a digit passes unseen. */
export function sealedLine(row: object): string {
  const text = JSON.stringify(row);
  return `${text.slice(0, -1)},"check":"${checkOf(text)}"}`;
}

const CHECK = /,"check":"([0-9a-f]{8})"\}$/;

/** The JSON of a line without its checksum, and whether there was one; null when it does not fit. */
export function unsealedLine(line: string): { readonly text: string; readonly sealed: boolean } | null {
  const check = CHECK.exec(line);
  if (check === null) return { text: line, sealed: false };
  const text = `${line.slice(0, check.index)}}`;
  return checkOf(text) === check[1] ? { text, sealed: true } : null;
}
