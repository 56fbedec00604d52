// Pointer, touch, wheel and keys on a 3D picture.
import { CAMERA, moved, turned, zoomed, type Camera } from './camera.js';

/** Radians per pixel of a pull, and per press of a key. */
const PULL = 0.009;
const TURN = Math.PI / 24;
const NEARER = 1.2;

export interface OrbitTarget {
  camera(): Camera;
  /** Lengths of the volume per pixel of the page. */
  lengthPerPixel(): number;
  set(camera: Camera): void;
}

const KEYS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

type Point = readonly [x: number, y: number];

/** Lets a picture be turned (one pointer, arrow keys), moved (two fingers, right button, Shift) and come nearer (two
 *  fingers, wheel while it has the focus, + and −). A finger that moves up or down scrolls the page.
 *  @returns what takes all listeners away */
export function orbit(element: HTMLElement, { camera, lengthPerPixel, set }: OrbitTarget): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const pointers = new Map<number, Point>();

  const fromMiddle = (x: number, y: number): [number, number] => {
    const box = element.getBoundingClientRect();
    const length = lengthPerPixel();
    return [(x - box.left - box.width / 2) * length, (box.top + box.height / 2 - y) * length];
  };
  const pull = (x: number, y: number, move: boolean): void => {
    const length = lengthPerPixel();
    set(move ? moved(camera(), -x * length, y * length) : turned(camera(), x * PULL, y * PULL));
  };
  const pinch = (before: readonly Point[], after: readonly Point[]): void => {
    const middle = ([a, b]: readonly Point[]): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const apart = ([a, b]: readonly Point[]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
    const [from, to] = [middle(before), middle(after)];
    pull(to[0] - from[0], to[1] - from[1], true);
    if (apart(before) > 0) set(zoomed(camera(), apart(after) / apart(before), fromMiddle(...to)));
  };

  element.addEventListener('pointerdown', (event) => {
    if (event.button === 1) return;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    element.setPointerCapture(event.pointerId);
  }, { signal });
  element.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const all = [...pointers.values()];
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (all.length === 2) pinch(all, [...pointers.values()]);
    else pull(event.clientX - before[0], event.clientY - before[1], event.shiftKey || event.buttons === 2);
  }, { signal });
  for (const name of ['pointerup', 'pointercancel'] as const) {
    element.addEventListener(name, ({ pointerId }) => void pointers.delete(pointerId), { signal });
  }
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  element.addEventListener('wheel', (event) => {
    // A page that is scrolled does not stop at each picture. Two fingers on a touchpad come with Ctrl.
    const focused = (element.getRootNode() as Document | ShadowRoot).activeElement === element;
    if (!event.ctrlKey && !focused) return;
    event.preventDefault();
    set(zoomed(camera(), Math.exp(-event.deltaY * 0.002), fromMiddle(event.clientX, event.clientY)));
  }, { signal, passive: false });
  element.addEventListener('keydown', (event) => {
    const way = KEYS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (way !== undefined) {
      const step = 24 * lengthPerPixel();
      set(event.shiftKey
        ? moved(camera(), way[0] * step, -way[1] * step) : turned(camera(), way[0] * TURN, way[1] * TURN));
    } else if (event.key === '+' || event.key === '=') set(zoomed(camera(), NEARER));
    else if (event.key === '-') set(zoomed(camera(), 1 / NEARER));
    else if (event.key === '0' || event.key === 'Home') set(CAMERA);
    else return;
    event.preventDefault();
  }, { signal });
  return () => controller.abort();
}
