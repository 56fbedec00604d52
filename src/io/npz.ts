// numpy's .npz, a zip of .npy files: written with one array, as by savez_compressed.
import { FileError } from '../core/errors.js';
import { chosen, type Listed } from './arranged.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { inflated } from './inflate.js';
import { encodeNpy, npyArray, npyHeader, npyHeaderLength } from './npy.js';
import { placeOf } from './place.js';
import { sidecarMeta } from './sidecar.js';
import { storedSize } from './stored.js';
import type { VoxelArray } from './voxels.js';
import { zipMembers, zipped, type ZipMember } from './zip.js';

const SUFFIX = '.npy';

/** The bytes of a member, or as many as its header takes. */
async function unpacked(member: ZipMember, context: DecodeContext, part: 'header' | 'all'): Promise<Uint8Array> {
  const { name } = context;
  if (member.method === 'stored') return member.packed;
  return inflated(context, member.packed, 'deflate-raw', (head) => {
    const length = npyHeaderLength(name, head);
    if (length === null) return null;
    if (part === 'header') return { bytes: length, more: 'ignore' };
    const { sizes, type } = npyHeader(name, head);
    const count = sizes.reduce((product, n) => product * n, 1);
    return { bytes: length + (type === null ? 0 : storedSize([1, 1, count], type)), more: 'refuse' };
  });
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { dataset } = context;
  const { file } = placeOf(context.name);
  const all = zipMembers(file, bytes);
  const members = new Map(
    all.filter(({ name }) => name.endsWith(SUFFIX)).map((member) => [member.name.slice(0, -SUFFIX.length), member]),
  );
  if (members.size === 0) {
    throw new FileError(
      `${file}: no .npy array inside; it holds ${all.map(({ name }) => name).join(', ') || 'nothing'}`,
    );
  }
  const inside = (path: string): DecodeContext => ({ ...context, name: `${file}:${path}` });
  const listed: Listed[] = [];
  for (const [path, member] of members) {
    const { sizes, type, dtype } = npyHeader(inside(path).name, await unpacked(member, inside(path), 'header'));
    // Single numbers and texts beside an image are none.
    if (sizes.length > 0 && type !== null) listed.push({ path, shape: sizes, dtype: type });
    else if (members.size === 1 && type === null) {
      throw new FileError(`${inside(path).name}: dtype ${dtype} is not read; save a plain array of numbers`);
    }
  }
  const { path } = chosen(file, dataset, listed);
  const member = members.get(path) as ZipMember;
  const inner = await unpacked(member, inside(path), 'all');
  const own = member.method === 'stored' ? 0 : inner.length;
  const array = npyArray(inner, { ...inside(path), room: context.room - own });
  return { ...array, ...sidecarMeta(file, context.sidecar, array) };
}

export const npz: VoxelFormat = {
  name: 'npz', extensions: ['.npz'], sidecar: 'optional',
  encode: (array, name) => zipped(`${placeOf(name).dataset ?? 'arr_0'}${SUFFIX}`, encodeNpy(array)), decode,
};
