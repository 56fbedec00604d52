// Levels of connected parts: coarse levels for structures whose 2×2×2 blocks hold pieces that do not touch inside them
// (decisions/0055). A node is such a piece; levels are graphs, the finest one stays as it is.
//
// Nodes of a level are numbered from 1, those of blocks with even Z + Y + X (red) first, then black ones, each colour
// in the order of its blocks. Two nodes of one block are never linked, or they would be one, and links reach the six
// blocks around: so blocks in a chequered pattern are a red-black ordering on every level, and the cycle is that of
// blocks/cycle.ts. Node 0 is none: its solution stays 0.
import { PARTS_ENTRY, PARTS_HEAD } from '../../layout';
import { Level } from '../level/levels';

/** Links are stored by fours, the last ones filled up with links of conductance 0 to node 0: u32[4] byte offsets of the
 *  neighbours in the fields of their level, f32[4] conductances. Most nodes have one or two fours, so that the loop
 *  over them is predicted. */
export const FOUR: usize = 32;
/** From an offset to its conductance. */
export const TO_CONDUCTANCE: usize = 16;
/** Nodes between two looks at the cancel word: a link costs about as much as a voxel of a dense level. */
export const NODES = 1 << 16;

/** Links begin at multiples of 16 bytes, and their addresses are stored as such multiples: 4 bytes reach 64 GiB. */
const LINKS_SHIFT = 4;

// @ts-ignore: decorator
@inline
export function linksAt(stored: usize): usize { return <usize>load<u32>(stored) << LINKS_SHIFT; }
// @ts-ignore: decorator
@inline
export function storeLinksAt(stored: usize, links: usize): void { store<u32>(stored, <u32>(links >> LINKS_SHIFT)); }

/** A level's entry. Fields hold one value for every node, node 0 included. */
@unmanaged
export class PartsLevel {
  /** Last red node, and last node. */
  red: i32;
  nodes: i32;
  /** Planes of blocks. */
  planes: i32;
  /** u32[nodes + 1][2]: where the links of a node begin and end, as linksAt reads it: those of nodes that several
   *  threads linked do not follow each other. */
  links: usize;
  /** f32[nodes + 1]: 1 / (Σ of the links' conductances and of the boundary's). */
  inverses: usize;
  /** u32[nodes + 1]: byte offset of its node in the fields of the next level. */
  parents: usize;
  /** f32[nodes + 1]: solution. */
  values: usize;
  /** f32[nodes + 1]: right-hand side. */
  loads: usize;
  /** i32[2][planes + 1]: first node of a plane, per colour. */
  firsts: usize;
  /** Axes along which a block of the next level is two of this one: 4, 2 and 1 for z, y and x. */
  halves: u32;

  /** Shifts from a block's place along z, y or x to that of the block of the next level that holds it. */
  @inline
  get shiftZ(): i32 { return <i32>(this.halves >> 2); }
  @inline
  get shiftY(): i32 { return <i32>((this.halves >> 1) & 1); }
  @inline
  get shiftX(): i32 { return <i32>(this.halves & 1); }

  /** First plane, on this level, of plane Z of the next one, or where this level ends. */
  @inline
  finePlane(Z: i32): i32 { return min(Z << this.shiftZ, this.planes); }

  /** The next coarser level. */
  @inline
  get coarse(): PartsLevel { return changetype<PartsLevel>(changetype<usize>(this) + PARTS_ENTRY); }

  /** First four of a node's links, and the end of the last. */
  @inline
  linksStart(node: i32): usize { return linksAt(this.links + (<usize>node << 3)); }
  @inline
  linksEnd(node: i32): usize { return linksAt(this.links + (<usize>node << 3) + 4); }

  /** Whether there is any link. */
  @inline
  get linked(): bool {
    for (let node = 1; node <= this.nodes; node++) {
      if (this.linksStart(node) != this.linksEnd(node)) return true;
    }
    return false;
  }

  /** First node of a colour in plane z. */
  @inline
  firstNode(colour: i32, z: i32): i32 {
    return load<i32>(this.firsts + (<usize>(colour * (this.planes + 1) + z) << 2));
  }
}

/** The record of a structure; its levels lie behind it. */
@unmanaged
export class PartsRecord {
  levels: i32;
  /** First level that one thread visits alone. */
  alone: i32;
  /** Byte offset of its node in the fields of the first level, for every red voxel: u32, at element (0, 0, 0). */
  nodesOfVoxels: usize;
  /** Least share of both ends' best link that a link has which joins them; 0: any link joins. Above 0 two parts of a
   *  block can be linked (StrongLinks of nodes.ts). */
  strength: f32;
  /** Whether conductances can be refreshed later (refresh.ts): black voxels have their nodes, too, and links lead to
   *  the boundary even where nothing does yet. */
  renewable: bool;
  /** While levels are built: whether there was room for the one at hand. */
  ready: bool;
  /** While levels are built: first free byte, and the end of the room that they may take. */
  free: usize;
  limit: usize;

  /** `halves` of level 1 + index, as the host says: u8 behind the fields. */
  @inline
  halves(index: i32): u32 { return load<u8>(changetype<usize>(this) + <usize>index, offsetof<PartsRecord>()); }

  /** Level 1 + index. */
  @inline
  level(index: i32): PartsLevel {
    return changetype<PartsLevel>(changetype<usize>(this) + PARTS_HEAD + <usize>index * PARTS_ENTRY);
  }
}

/** The record of the coarse levels above a finest one. */
// @ts-ignore: decorator
@inline
export function partsAbove(entry: Level): PartsRecord { return changetype<PartsRecord>(entry.parts); }
