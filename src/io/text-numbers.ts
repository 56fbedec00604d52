// Numbers written as text: ascii encodings of NRRD, vti and AmiraMesh.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { checkRoom, type Room } from './room.js';
import { bytesPerVoxel, checkLength, dataTypeOf, numbersOf, type StoredType, type VoxelData } from './voxels.js';

export const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

const COMMA = 44;
const NOT_FINITE: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, infinity: Infinity };

/** @throws FileError for a text that is no number */
function numberOf(name: string, text: string, i: number): number {
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  const [, sign, word] = /^([+-]?)(\w*)/.exec(text.toLowerCase()) as RegExpExecArray;
  if (!Object.hasOwn(NOT_FINITE, word)) {
    throw new FileError(
      `${name}: number ${i} of its text data is ${quoted(text)}; the file is damaged, write it again`,
    );
  }
  return sign === '-' ? -NOT_FINITE[word] : NOT_FINITE[word];
}

/** Numbers between spaces or commas, as many as the shape needs. 64-bit ones are doubles.
 *  @throws FileError, also for a number that its type does not hold; CapacityError */
export function textNumbers(context: Room, text: Uint8Array, shape: Shape, type: StoredType): VoxelData {
  const { name } = context;
  const whole = type === 'int64' || type === 'uint64';
  const own = whole || type === 'float16' ? 'float64' : type;
  const width = bytesPerVoxel(own);
  const count = voxelCount(shape);
  // Every number needs a digit and a space: no memory for what cannot be there.
  if (2 * count - 1 > text.length) checkLength(name, Math.ceil(text.length / 2) * width, shape, own);
  checkRoom(context, shape, width);
  const data = numbersOf(new Uint8Array(count * width), own);
  const exact = whole || !dataTypeOf(data).startsWith('float');
  const latin1 = new TextDecoder('latin1');
  const separates = (byte: number): boolean => isSpace(byte) || byte === COMMA;
  let found = 0;
  for (let at = 0; at < text.length; ) {
    let end = at;
    while (end < text.length && !separates(text[end])) end++;
    if (end > at && found++ < count) {
      const value = numberOf(name, latin1.decode(text.subarray(at, end)), found - 1);
      data[found - 1] = value;
      if (exact && (data[found - 1] !== value || (whole && !Number.isSafeInteger(value)))) {
        throw new FileError(
          `${name}: number ${found - 1} of its text data is ${latin1.decode(text.subarray(at, end))}, which ${type} ` +
            'does not hold here; convert the image',
        );
      }
    }
    at = end + 1;
  }
  checkLength(name, found * width, shape, own);
  return data;
}
