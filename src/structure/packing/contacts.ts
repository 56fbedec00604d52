// How the spheres of a packing meet: contacts by pair of labels, coordination numbers, and what overlaps.
import { checkArguments } from '../../core/arguments.js';
import { pairKey } from '../../core/volume.js';
import type { ModelStructure } from '../model.js';
import { nearPairs } from './neighbours.js';
import { particlesOf } from './particles.js';

/** Contacts between particles of two labels. Lengths in voxels along x. */
export interface PairContacts {
  /** Pairs of particles that are in contact. */
  readonly contacts: number;
  /** Sum of the volumes that two spheres share. */
  readonly overlapVolume: number;
  /** Sum of the discs in which the surfaces of two spheres meet. */
  readonly contactArea: number;
  /** How far the nearest pair overlaps, as a share of the sum of its radii. */
  readonly largestOverlap: number;
}

/** Options of `packingContacts`. */
export interface PackingContactsOptions {
  /** Two spheres are in contact where their surfaces are nearer than this share of the sum of their radii. Default:
   *  0, they overlap or touch. */
  readonly gap?: number;
}

/** Contacts, coordination numbers and overlaps of the spheres of a packing. */
export interface PackingContacts {
  /** By pair of labels, "1-2"; of pairs that have contacts. */
  readonly pairs: Readonly<Record<string, PairContacts>>;
  /** Mean number of contacts that a particle of a label has with particles of each label, and with any: "all". */
  readonly coordination: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Particles that were asked for their contacts, by label. */
  readonly particles: Readonly<Record<string, number>>;
}

function checkLens(where: string, r1: number, r2: number, distance: number): void {
  checkArguments(where, { r1: [r1, 'number'], r2: [r2, 'number'], distance: [distance, 'number'] });
}

/** Volume that two spheres share, in the unit of the radii cubed: a lens of two caps, or the smaller sphere where it
 *  lies inside.
 *  @param distance of the centres */
export function lensVolume(r1: number, r2: number, distance: number): number {
  checkLens('lensVolume', r1, r2, distance);
  if (distance >= r1 + r2) return 0;
  const least = Math.min(r1, r2);
  if (distance <= Math.abs(r1 - r2)) return (4 / 3) * Math.PI * least * least * least;
  const depth = r1 + r2 - distance;
  const difference = r1 - r2;
  return (Math.PI * depth * depth *
    (distance * distance + 2 * distance * (r1 + r2) - 3 * difference * difference)) / (12 * distance);
}

/** Area of the disc in which the surfaces of two spheres meet, in the unit of the radii squared.
 *  @param distance of the centres */
export function lensDisc(r1: number, r2: number, distance: number): number {
  checkLens('lensDisc', r1, r2, distance);
  if (distance >= r1 + r2 || distance <= Math.abs(r1 - r2)) return 0;
  const along = (distance * distance + r1 * r1 - r2 * r2) / (2 * distance);
  return Math.PI * (r1 * r1 - along * along);
}

/** Contacts of the spheres of a packing; particles that are cells are left out. Two spheres are in contact where their
 *  surfaces are nearer than `gap` times the sum of their radii. In a window that does not repeat itself only particles
 *  that lie wholly inside are asked, for the partners of others may lie beyond.
 *  @throws SpecError for a structure without particles */
export function packingContacts(
  structure: Pick<ModelStructure, 'shape' | 'particles' | 'provenance'>, options: PackingContactsOptions = {},
): PackingContacts {
  checkArguments('packingContacts', { structure: [structure, 'record'], options: [options, { gap: true }] });
  const { shape } = structure;
  const { gap = 0 } = options;
  const particles = particlesOf('packingContacts', structure);
  checkArguments('packingContacts', { shape: [shape, 'shape'], gap: [gap, 'number'] });
  const { radii, labels, cells, periodic, stretch } = particles;
  const size = [shape[0] / stretch, shape[1], shape[2]] as const;
  let largest = 0;
  for (const radius of radii) largest = Math.max(largest, radius);
  // A box without neighbours around, where the window does not repeat itself.
  const room = periodic ? 0 : 2 * (1 + gap) * largest;
  const box = size.map((length) => length + 2 * room) as [number, number, number];
  const places = Float64Array.from(particles.centres, (c, k) => (k % 3 === 0 ? c / stretch : c) + room);
  const asked = Array.from(radii, (radius, k) => periodic || [0, 1, 2].every((axis) => {
    const at = places[3 * k + axis] - room;
    return at - radius >= 0 && at + radius <= size[axis];
  }));
  const spheres = Array.from(labels, (label) => !cells.includes(label));
  // Those that just touch count, too.
  const near = nearPairs({ centres: places, radii }, box, (2 * gap + 1e-9) * largest, (i, j) =>
    (spheres[i] && spheres[j] ? radii[i] + radii[j] : 0));

  const present = [...new Set(labels)].filter((label) => !cells.includes(label)).sort((a, b) => a - b);
  const pairs: Record<string, { -readonly [K in keyof PairContacts]: PairContacts[K] }> = {};
  const counts = new Map(present.map((label) => [label, new Map(present.map((other) => [other, 0]))]));
  const count = (one: number, other: number): void => {
    const row = counts.get(labels[one])!;
    if (asked[one]) row.set(labels[other], row.get(labels[other])! + 1);
  };
  for (let p = 0; p < near.count; p++) {
    const [i, j] = [near.i[p], near.j[p]];
    let square = 0;
    for (let axis = 0; axis < 3; axis++) {
      const apart = places[3 * i + axis] - places[3 * j + axis];
      const nearest = apart - box[axis] * Math.round(apart / box[axis]);
      square += nearest * nearest;
    }
    const distance = Math.sqrt(square);
    const sum = radii[i] + radii[j];
    if (distance > (1 + gap) * sum || !(asked[i] || asked[j])) continue;
    const entry = (pairs[pairKey(labels[i], labels[j])] ??=
      { contacts: 0, overlapVolume: 0, contactArea: 0, largestOverlap: 0 });
    entry.contacts++;
    entry.overlapVolume += lensVolume(radii[i], radii[j], distance);
    entry.contactArea += lensDisc(radii[i], radii[j], distance);
    entry.largestOverlap = Math.max(entry.largestOverlap, 1 - distance / sum);
    count(i, j);
    count(j, i);
  }
  const members = new Map(present.map((label) => [label, asked.filter((is, k) => is && labels[k] === label).length]));
  return {
    pairs,
    coordination: Object.fromEntries([...counts].map(([label, row]) => {
      const mean = (n: number): number => (members.get(label)! > 0 ? n / members.get(label)! : 0);
      const all = [...row.values()].reduce((a, b) => a + b, 0);
      return [label, { ...Object.fromEntries([...row].map(([other, n]) => [other, mean(n)])), all: mean(all) }];
    })),
    particles: Object.fromEntries(members),
  };
}
