// The 3D picture: a canvas of WebGL2 between two others with the edges of the window, the axes and the scale bar.
import type { LabelVolume } from '../core/volume.js';
import type { Steps } from '../numeric/steps.js';
import { readable } from '../report/html.js';
import { barLength } from '../report/scale.js';
import { inSteps } from '../runtime/host-work.js';
import { boxEdges, halfExtent } from './box.js';
import { bounded, CAMERA, cameraAxes, type Camera, type Vector } from './camera.js';
import { make } from './elements.js';
import type { VoxelField } from './field.js';
import { orbit } from './orbit.js';
import { createRenderer, type Renderer, type Texels } from './renderer.js';
import { drawBar, type Position } from './slices.js';
import { fieldTexels, labelTexels, scaleOf, thinningFor } from './texels.js';

/** What is cut away: all on one side of the plane through the position. */
export interface Cut {
  readonly kind: 'none' | 'z' | 'y' | 'x';
  /** Which side stays. */
  readonly keep: 'low' | 'high';
}

export interface VolumeLook {
  /** Red, green and blue of a label, and how much of it is seen: 0 hidden, 1 opaque. */
  readonly label: (label: number) => { readonly rgb: readonly number[]; readonly opacity: number };
  /** 255 colours of a field, from the lowest to the highest value. */
  readonly shades: readonly (readonly number[])[];
}

export interface VolumeView {
  readonly root: HTMLElement;
  camera: Camera;
  /** Shows another volume, or another field of it; both as large as the shape says. Large ones take their time, in
   *  which the picture before stays. */
  show(volume: LabelVolume, field: VoxelField | null): void;
  /** Colours and opacities. */
  look(look: VolumeLook): void;
  cut(cut: Cut, position: Position): void;
  /** Draws again as soon as the browser paints; after colours of the page have changed, too. */
  redraw(): void;
  /** The picture as it stands, with its bar, on the background of the page. */
  picture(): HTMLCanvasElement;
  /** Frees what the graphics card holds, and all listeners. */
  dispose(): void;
}

/** Share of the pixels of the page that are drawn while the picture moves, if all of them take too long. */
const COARSE = 0.5;
/** A frame that takes longer than this is drawn coarsely while it moves. */
const SLOW_MS = 45;
const SETTLED_MS = 180;
/** Of work on a large volume, between which the page answers. */
export const TURN_MS = 12;
const NO_CUT: Cut = { kind: 'none', keep: 'high' };

/** Edges of a voxel along x, y, z: µm, or 1 where no size is known. */
const voxelOf = ({ voxelSizeUm }: Pick<LabelVolume, 'voxelSizeUm'>): Vector => {
  const [z, y, x] = voxelSizeUm ?? [1, 1, 1];
  return [x, y, z];
};

/** Corners of what a cut leaves, in texels along x, y, z. */
export function shownBox(
  [nz, ny, nx]: LabelVolume['shape'], step: number, { kind, keep }: Cut, [z, y, x]: Position,
): { readonly low: Vector; readonly high: Vector } {
  const [low, high]: [number, number, number][] = [[0, 0, 0], [nx / step, ny / step, nz / step]];
  if (kind !== 'none') {
    const axis = 'xyz'.indexOf(kind);
    const at = [x, y, z][axis];
    // The plane of the slice is the outermost that is seen.
    if (keep === 'high') low[axis] = Math.floor(at / step);
    else high[axis] = Math.min(high[axis], Math.floor(at / step) + 1);
  }
  return { low, high };
}

interface Shown {
  readonly volume: LabelVolume;
  readonly field: VoxelField | null;
}

const note = (textContent: string): HTMLElement => make('p', { className: 'vx-note', textContent });

/** Says in place of the picture why there is none. */
function withoutPicture(root: HTMLElement): VolumeView {
  root.dataset.state = 'unavailable';
  root.append(note('No 3D picture: this browser offers no WebGL2 (or it is switched off). The slices show the same.'));
  const nothing = (): void => {};
  return {
    root, camera: CAMERA, show: nothing, look: nothing, cut: nothing, redraw: nothing, dispose: nothing,
    picture: () => make('canvas', { width: 1, height: 1 }),
  };
}

/** @param onCamera hears of every camera that is not the one before */
export function volumeView(onCamera: (camera: Camera) => void = () => {}): VolumeView {
  const root = make('div', { className: 'vx vx-volume' });
  const [under, canvas, over] = [make('canvas'), make('canvas', { tabIndex: 0 }), make('canvas')];
  const context = canvas.getContext('webgl2', { antialias: false, depth: false, premultipliedAlpha: true });
  const made = context === null ? null : createRenderer(context);
  if (context === null || made === null) return withoutPicture(root);
  const gl = context;
  let renderer: Renderer = made;

  canvas.setAttribute('role', 'application');
  canvas.ariaLabel = '3D picture of the structure: arrow keys turn it, plus and minus bring it nearer, 0 sets it back';
  const stage = make('div', { className: 'vx-stage' }, under, canvas, over);
  const remarks = note('');
  root.append(stage, remarks);
  root.dataset.state = 'empty';

  let camera: Camera = CAMERA;
  /** What was asked for, and what is in the picture. */
  let wanted: Shown | null = null;
  let shown: Shown | null = null;
  let loading = new AbortController();
  let texels: Texels | null = null;
  let colours: VolumeLook | null = null;
  let [cut, position]: [Cut, Position] = [NO_CUT, [0, 0, 0]];
  let [frame, settle, coarse, slow] = [0, 0, false, false];

  const voxel = (): Vector => (shown === null ? [1, 1, 1] : voxelOf(shown.volume));
  const edges = (): Vector => {
    const [nz, ny, nx] = shown?.volume.shape ?? [1, 1, 1];
    const [hx, hy, hz] = voxel();
    return [nx * hx, ny * hy, nz * hz];
  };
  /** Pixels of the page per length. */
  const scale = (): number =>
    (camera.zoom * Math.min(stage.clientWidth, stage.clientHeight)) / (2 * halfExtent(edges()) || 1);

  const palette = (): Uint8Array => {
    const bytes = new Uint8Array(2 * 256 * 4);
    if (colours === null) return bytes;
    for (let label = 0; label < 256; label++) {
      const { rgb, opacity } = colours.label(label);
      bytes.set([...rgb, Math.round(255 * opacity)], 4 * label);
    }
    colours.shades.forEach((rgb, k) => bytes.set([...rgb, 255], 4 * (256 + 1 + k)));
    return bytes;
  };

  /** Loads what is wanted, thinned out until it fits. */
  function* load(next: Shown): Steps<void> {
    const { volume: { shape, labels, ...volume }, field } = next;
    const scaleOfField = field === null ? null : scaleOf(field);
    let step = thinningFor(shape, renderer.mostTexels);
    for (; step <= Math.max(...shape); step++) {
      const same: boolean = texels !== null && texels.step === step && shown?.volume.labels === labels;
      const made: Texels = {
        shape, step, voxel: voxelOf(volume), palette: palette(),
        labels: same ? (texels as Texels).labels : yield* labelTexels(labels, shape, step),
        field: field === null || scaleOfField === null ? null
          : yield* fieldTexels(field.values, shape, step, scaleOfField),
      };
      const enough: boolean = yield* renderer.load(made);
      [texels, shown] = [made, next];
      if (enough || gl.isContextLost()) break;
    }
    // Colours may have changed meanwhile.
    renderer.recolour(palette());
    const most = `at most ${renderer.mostTexels} along an edge`;
    remarks.textContent = step === 1 ? '' : `Thinned out: one voxel in ${step} along each axis is shown in 3D, since `
      + `this graphics card takes no larger volume (${most}). The slices show all.`;
    root.dataset.state = gl.isContextLost() ? 'lost' : 'shown';
    root.dataset.step = String(step);
    redraw();
  }
  const begin = (): void => {
    loading.abort();
    if (wanted === null) return;
    loading = new AbortController();
    const { signal } = loading;
    root.dataset.state = 'loading';
    inSteps('volumeView', load(wanted), { signal, turnMs: TURN_MS }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  };

  const lines = (on: HTMLCanvasElement, behind: boolean, ratio: number): CanvasRenderingContext2D => {
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    if (on.width !== size.width || on.height !== size.height) Object.assign(on, size);
    const pen = on.getContext('2d') as CanvasRenderingContext2D;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.strokeStyle = getComputedStyle(root).outlineColor;
    pen.lineWidth = 1;
    const [perLength, [panRight, panUp]] = [scale(), camera.pan];
    const at = ([x, y]: readonly [number, number]): [number, number] =>
      [width / 2 + (x - panRight) * perLength, height / 2 - (y - panUp) * perLength];
    for (const edge of boxEdges(edges(), camera).filter((one) => one.behind === behind)) {
      pen.beginPath();
      pen.moveTo(...at(edge.from));
      pen.lineTo(...at(edge.to));
      pen.stroke();
    }
    return pen;
  };

  /** Axes in the lower right corner, and the scale bar in the lower left. */
  const signs = (pen: CanvasRenderingContext2D): void => {
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    const { right, up } = cameraAxes(camera);
    const [x, y, arm] = [width - 46, height - 46, 28];
    const { color, backgroundColor } = getComputedStyle(root);
    pen.fillStyle = color;
    pen.lineCap = pen.lineJoin = 'round';
    pen.font = '12px system-ui, sans-serif';
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    ['x', 'y', 'z'].forEach((name, axis) => {
      const [dx, dy] = [right[axis], -up[axis]];
      const letter = [name, x + (arm + 10) * dx, y + (arm + 10) * dy] as const;
      // A seam, so that it is read in front of the volume.
      for (const [strokeStyle, lineWidth] of [[backgroundColor, 4.5], [color, 1.5]] as const) {
        Object.assign(pen, { strokeStyle, lineWidth });
        if (strokeStyle === backgroundColor) pen.strokeText(...letter);
        pen.beginPath();
        pen.moveTo(x, y);
        pen.lineTo(x + arm * dx, y + arm * dy);
        pen.stroke();
      }
      pen.fillText(...letter);
    });
    pen.textAlign = 'start';
    pen.textBaseline = 'alphabetic';
    const length = barLength(width / scale());
    const unit = shown?.volume.voxelSizeUm === null ? 'voxels' : 'µm';
    drawBar(pen, 14, height - 12, length * scale(), `${readable(length, 1)} ${unit}`);
  };

  const march = (ratio: number): void => {
    const size = {
      width: Math.max(1, Math.round(stage.clientWidth * ratio)),
      height: Math.max(1, Math.round(stage.clientHeight * ratio)),
    };
    if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
    if (shown === null || texels === null) return;
    const { low, high } = shownBox(texels.shape, texels.step, cut, position);
    renderer.draw({ camera, low, high, scale: scale() * ratio });
  };

  const draw = (): void => {
    frame = 0;
    if (stage.clientWidth === 0 || gl.isContextLost()) return;
    const ratio = Math.min(2, devicePixelRatio);
    const begin = performance.now();
    march(coarse && slow ? ratio * COARSE : ratio);
    lines(under, true, ratio);
    signs(lines(over, false, ratio));
    if (!coarse) return;
    whenDrawn(() => { slow = performance.now() - begin > SLOW_MS * (slow ? COARSE * COARSE : 1); });
  };
  /** Commands only queue up for the card: a fence tells when it has come so far. */
  const whenDrawn = (then: () => void): void => {
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    const look = (): void => {
      if (fence === null || gl.isContextLost()) return;
      if (gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) return void setTimeout(look, 4);
      gl.deleteSync(fence);
      then();
    };
    setTimeout(look, 0);
  };
  const redraw = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  /** While it moves, pictures may be coarse; the last one is not. */
  const moving = (): void => {
    coarse = true;
    clearTimeout(settle);
    settle = setTimeout(() => {
      coarse = false;
      redraw();
    }, SETTLED_MS) as unknown as number;
    redraw();
  };

  const onLost = (event: Event): void => {
    event.preventDefault();
    root.dataset.state = 'lost';
    remarks.textContent = 'The graphics card was taken away; the picture comes back as soon as it is given again.';
  };
  const onRestored = (): void => {
    renderer = createRenderer(gl) ?? renderer;
    begin();
  };
  canvas.addEventListener('webglcontextlost', onLost);
  canvas.addEventListener('webglcontextrestored', onRestored);
  const watcher = new ResizeObserver(redraw);
  watcher.observe(stage);
  const setCamera = (to: Camera): void => {
    camera = to;
    moving();
    onCamera(camera);
  };
  const stopOrbit = orbit(canvas, { camera: () => camera, set: setCamera, lengthPerPixel: () => 1 / scale() });
  return {
    root, redraw,
    get camera() { return camera; },
    set camera(to) {
      camera = bounded(to);
      redraw();
      onCamera(camera);
    },
    show(volume, field) {
      wanted = { volume, field };
      begin();
    },
    look(look) {
      colours = look;
      if (texels !== null) renderer.recolour(palette());
      redraw();
    },
    cut(to, at) {
      const same = to.kind === cut.kind && to.keep === cut.keep;
      [cut, position] = [to, at];
      if (to.kind === 'none' && same) return;
      if (same) moving();
      else redraw();
    },
    picture() {
      const ratio = Math.min(2, devicePixelRatio);
      const picture = make('canvas', { width: under.width, height: under.height });
      const pen = picture.getContext('2d') as CanvasRenderingContext2D;
      pen.fillStyle = getComputedStyle(root).backgroundColor;
      pen.fillRect(0, 0, picture.width, picture.height);
      // What the card drew before may be gone by now.
      march(ratio);
      for (const layer of [under, canvas, over]) pen.drawImage(layer, 0, 0, picture.width, picture.height);
      return picture;
    },
    dispose() {
      loading.abort();
      stopOrbit();
      watcher.disconnect();
      clearTimeout(settle);
      cancelAnimationFrame(frame);
      canvas.removeEventListener('webglcontextlost', onLost);
      canvas.removeEventListener('webglcontextrestored', onRestored);
      renderer.dispose();
      // Browsers hold few contexts at once, and collect them late.
      gl.getExtension('WEBGL_lose_context')?.loseContext();
      [wanted, shown, texels] = [null, null, null];
    },
  };
}
