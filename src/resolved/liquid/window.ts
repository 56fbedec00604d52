// The window of an electrode that a liquid fills: the image with its transport axis first, planes of separator before
// it and one of collector behind it. What no current can reach is left out.
import { SpecError } from '../../core/errors.js';
import { voxelCount, type Shape } from '../../core/grid.js';

/** What the voxels of a window are. */
export const CLASS = {
  none: 0, pore: 1, active: 2, additive: 3, separator: 4, collector: 5,
  /** Additive of which only one of the two networks leads anywhere. */
  additiveIons: 6, additiveElectrons: 7,
} as const;

/** A number per class, 0. */
export const noneOf = (): number[] => Object.keys(CLASS).map(() => 0);

const CARRIES_IONS: readonly number[] = [CLASS.pore, CLASS.additive, CLASS.separator, CLASS.additiveIons];
const CARRIES_ELECTRONS: readonly number[] =
  [CLASS.active, CLASS.additive, CLASS.collector, CLASS.additiveElectrons];

/** Whether voxels of a class carry ions, or electrons. */
export const carriesIons = (kind: number): boolean => CARRIES_IONS.includes(kind);
export const carriesElectrons = (kind: number): boolean => CARRIES_ELECTRONS.includes(kind);

/** Labels of an image, its transport axis first and the separator at plane 0. */
export interface LiquidImage {
  readonly labels: Uint8Array;
  readonly shape: Shape;
  readonly pore: number;
  readonly active: number;
  /** Porous mixture of carbon and binder; null: none. */
  readonly additive: number | null;
}

export interface LiquidWindow {
  readonly shape: Shape;
  readonly classes: Uint8Array;
  /** 1 per voxel of active material, also where nothing reaches it. */
  readonly marks: Uint8Array;
  /** Planes of separator, before those of the image. */
  readonly first: number;
  /** Voxels of active material in all, and of these: touching electrolyte, wired to the collector, and reached by
   *  neither current. */
  readonly active: {
    readonly voxels: number; readonly touching: number; readonly wired: number; readonly dead: number;
  };
  /** Shares of electrolyte (pores and additive) and of additive that carry no ions, or no electrons, anywhere. */
  readonly idle: { readonly ions: number; readonly electrons: number };
}

/** Classes of the voxels with the planes before and behind. separators: how many of the former */
function extended({ labels, shape, pore, active, additive }: LiquidImage, separators: number): {
  classes: Uint8Array; shape: Shape;
} {
  const [nz, ny, nx] = shape;
  const plane = ny * nx;
  const classes = new Uint8Array((nz + separators + 1) * plane);
  classes.fill(CLASS.separator, 0, separators * plane);
  classes.fill(CLASS.collector, classes.length - plane);
  const table = new Uint8Array(256);
  table[pore] = CLASS.pore;
  table[active] = CLASS.active;
  if (additive !== null) table[additive] = CLASS.additive;
  for (let i = 0; i < labels.length; i++) classes[separators * plane + i] = table[labels[i]];
  return { classes, shape: [nz + separators + 1, ny, nx] };
}

/** Sets of nodes that conduct to each other. */
class Sets {
  private readonly parent: Int32Array;

  constructor(nodes: number) {
    this.parent = Int32Array.from({ length: nodes }, (_, i) => i);
  }

  find(i: number): number {
    const { parent } = this;
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  }

  join(i: number, j: number): void {
    const [a, b] = [this.find(i), this.find(j)];
    if (a !== b) this.parent[Math.max(a, b)] = Math.min(a, b);
  }
}

/** Calls `body` with every pair of neighbours, the lower voxel first. */
function eachPair([nz, ny, nx]: Shape, body: (i: number, j: number) => void): void {
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        if (x > 0) body(i - 1, i);
        if (y > 0) body(i - nx, i);
        if (z > 0) body(i - ny * nx, i);
      }
    }
  }
}

/** Node i of ions and n + i of electrons; the last one is what lies before the first plane. */
function conductingSets(classes: Uint8Array, shape: Shape, ions: Uint8Array, electrons: Uint8Array): Sets {
  const n = classes.length;
  const sets = new Sets(2 * n + 1);
  for (let i = 0; i < shape[1] * shape[2]; i++) if (ions[i]) sets.join(i, 2 * n);
  eachPair(shape, (i, j) => {
    if (ions[i] && ions[j]) sets.join(i, j);
    if (electrons[i] && electrons[j]) sets.join(n + i, n + j);
  });
  return sets;
}

/** @param separators planes of separator before the image
 *  @throws SpecError where no current can pass, which says what does not percolate */
export function liquidWindow(image: LiquidImage, separators: number): LiquidWindow {
  const { classes, shape } = extended(image, separators);
  const n = voxelCount(shape);
  const marks = classes.map((kind) => Number(kind === CLASS.active));
  const ions = classes.map((kind) => Number(carriesIons(kind)));
  const electrons = classes.map((kind) => Number(carriesElectrons(kind)));
  const apart = conductingSets(classes, shape, ions, electrons);
  const collector = apart.find(2 * n - 1);
  let [voxels, wired] = [0, 0];
  classes.forEach((kind, i) => {
    if (kind !== CLASS.active) return;
    voxels++;
    if (apart.find(n + i) === collector) wired++;
  });
  if (voxels === 0) {
    throw new SpecError(`electrode: no voxel has the label ${image.active} of active material; say which one has`);
  }
  const touches = new Uint8Array(n);
  eachPair(shape, (a, b) => {
    for (const [i, j] of [[a, b], [b, a]]) {
      if (classes[i] !== CLASS.active || ions[j] === 0) continue;
      touches[i] = 1;
      apart.join(n + i, j);
    }
  });
  const touching = touches.reduce((sum, each) => sum + each, 0);
  if (touching === 0) {
    throw new SpecError('electrode: active material and electrolyte share no face, so that nothing can react');
  }
  const root = apart.find(2 * n);
  if (apart.find(2 * n - 1) !== root) {
    throw new SpecError(
      'electrode: no path leads from the collector through solid, its interface and electrolyte to the separator ' +
        `(${wired} of ${voxels} voxels of active material are joined to the collector); check the labels and the axis`,
    );
  }
  let [dead, idleIons, idleElectrons] = [0, 0, 0];
  classes.forEach((kind, i) => {
    const withIons = ions[i] === 1 && apart.find(i) === root;
    const withElectrons = electrons[i] === 1 && apart.find(n + i) === root;
    if (kind === CLASS.active && !withElectrons) dead++;
    if (ions[i] && !withIons) idleIons++;
    if (kind === CLASS.additive && !withElectrons) idleElectrons++;
    if (kind === CLASS.additive) {
      classes[i] = withIons ? (withElectrons ? CLASS.additive : CLASS.additiveIons)
        : withElectrons ? CLASS.additiveElectrons : CLASS.none;
    } else if (!withIons && !withElectrons) classes[i] = CLASS.none;
  });
  return { shape, classes, marks, first: separators, active: { voxels, touching, wired, dead }, idle: {
    ions: idleIons, electrons: idleElectrons,
  } };
}
