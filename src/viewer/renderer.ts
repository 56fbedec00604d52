// WebGL2 behind the 3D picture: one program, three textures. What it needs again after a lost context is kept.
import type { Shape } from '../core/grid.js';
import type { Steps } from '../numeric/steps.js';
import { cameraAxes, type Camera, type Vector } from './camera.js';
import { FRAGMENT, VERTEX } from './ray-march.js';
import { stepFor, texelShape } from './texels.js';

/** What stands in a picture. */
export interface Scene {
  readonly camera: Camera;
  /** Texels from `low` to before `high` are shown, along x, y, z. */
  readonly low: Vector;
  readonly high: Vector;
  /** Pixels per length. */
  readonly scale: number;
}

/** Bytes of a volume as textures, and how large its texels are. */
export interface Texels {
  readonly shape: Shape;
  /** Voxels per texel along every axis. */
  readonly step: number;
  /** Edges of a voxel along x, y, z. */
  readonly voxel: Vector;
  readonly labels: Uint8Array;
  /** null: coloured by label. */
  readonly field: Uint8Array | null;
  /** 2 rows of 256 colours, red, green, blue, opacity; a row of labels, and one of the field. */
  readonly palette: Uint8Array;
}

export interface Renderer {
  /** Longest edge of a volume. */
  readonly mostTexels: number;
  /** Hands a volume to the card; until it is there nothing is drawn, and the picture stays.
   *  @returns whether the graphics memory was enough */
  load(texels: Texels): Steps<boolean>;
  /** Changes colours alone. */
  recolour(palette: Uint8Array): void;
  draw(scene: Scene): void;
  dispose(): void;
}

function compiled(gl: WebGL2RenderingContext, type: GLenum, source: string): WebGLShader {
  const shader = gl.createShader(type) as WebGLShader;
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

function linked(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram() as WebGLProgram;
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = compiled(gl, type, source);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  return program;
}

const UNITS = { labels: 0, field: 1, palette: 2 } as const;

/** @returns null where the context has no WebGL2 or its shaders do not link */
export function createRenderer(gl: WebGL2RenderingContext): Renderer | null {
  const program = linked(gl);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    gl.deleteProgram(program);
    return null;
  }
  const textures = { labels: gl.createTexture(), field: gl.createTexture(), palette: gl.createTexture() };
  const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
  const vector = (name: string, value: Vector): void => gl.uniform3f(at(name), ...value);
  let loaded: Texels | null = null;

  const bind = (name: keyof typeof UNITS): GLenum => {
    const target = name === 'palette' ? gl.TEXTURE_2D : gl.TEXTURE_3D;
    gl.activeTexture(gl.TEXTURE0 + UNITS[name]);
    gl.bindTexture(target, textures[name]);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(target, filter, gl.NEAREST);
    }
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(target, wrap, gl.CLAMP_TO_EDGE);
    return target;
  };
  function* volume(name: 'labels' | 'field', bytes: Uint8Array, [nz, ny, nx]: Shape): Steps<void> {
    gl.texImage3D(bind(name), 0, gl.R8UI, nx, ny, nz, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, null);
    const planes = Math.max(1, Math.floor(stepFor(bytes.length) / (nx * ny)));
    for (let z = 0; z < nz; z += planes) {
      if (z > 0) yield;
      // Others may have bound another texture between two steps.
      const target = bind(name);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      gl.texSubImage3D(
        target, 0, 0, 0, z, nx, ny, Math.min(planes, nz - z), gl.RED_INTEGER, gl.UNSIGNED_BYTE, bytes, z * nx * ny,
      );
    }
  }
  const recolour = (palette: Uint8Array): void => {
    gl.texImage2D(bind('palette'), 0, gl.RGBA8, 256, 2, 0, gl.RGBA, gl.UNSIGNED_BYTE, palette);
  };
  return {
    mostTexels: gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number,
    recolour,
    * load(texels) {
      // Errors of what came before are none of this volume.
      for (let k = 0; k < 8 && gl.getError() !== gl.NO_ERROR; k++);
      const shape = texelShape(texels.shape, texels.step);
      const labelsFrom = loaded?.labels;
      loaded = null;
      if (labelsFrom !== texels.labels) yield* volume('labels', texels.labels, shape);
      // A texture that is bound must be complete.
      if (texels.field === null) yield* volume('field', new Uint8Array(1), [1, 1, 1]);
      else yield* volume('field', texels.field, shape);
      recolour(texels.palette);
      const enough = gl.getError() === gl.NO_ERROR;
      loaded = enough ? texels : null;
      return enough;
    },
    draw({ camera, low, high, scale }) {
      if (loaded === null) return;
      const { shape: [nz, ny, nx], step, voxel, field } = loaded;
      const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
      const { right, up, forward } = cameraAxes(camera);
      const edges: Vector = [nx * voxel[0], ny * voxel[1], nz * voxel[2]];
      const diagonal = Math.hypot(...edges);
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.useProgram(program);
      for (const [name, unit] of Object.entries(UNITS)) {
        bind(name as keyof typeof UNITS);
        gl.uniform1i(at(name), unit);
      }
      gl.uniform1i(at('coloured'), field === null ? 0 : 1);
      vector('texel', [step * voxel[0], step * voxel[1], step * voxel[2]]);
      vector('centre', [nx / step / 2, ny / step / 2, nz / step / 2]);
      vector('low', low);
      vector('high', high);
      vector('right', right);
      vector('up', up);
      vector('forward', forward);
      gl.uniform2f(at('viewport'), width, height);
      gl.uniform2f(at('pan'), ...camera.pan);
      gl.uniform1f(at('scale'), scale);
      gl.uniform1f(at('reach'), diagonal);
      gl.uniform1f(at('density'), 6 / diagonal);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    },
    dispose() {
      for (const texture of Object.values(textures)) gl.deleteTexture(texture);
      gl.deleteProgram(program);
      loaded = null;
    },
  };
}
