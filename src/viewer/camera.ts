// Where a picture of a volume is seen from. Parallel projection: the scale bar holds in the whole picture.

/** Along x, y and z. */
export type Vector = readonly [x: number, y: number, z: number];

/** A view in parallel projection. */
export interface Camera {
  /** Turn about z, radians; 0 looks against y with x to the right. */
  readonly yaw: number;
  /** Radians from −π/2 to π/2; above 0 the face z = 0 is seen. */
  readonly pitch: number;
  /** 1: the window fills the picture from every side. */
  readonly zoom: number;
  /** What lies in the middle, from the centre of the window: to the right and upwards, in its lengths. */
  readonly pan: readonly [right: number, up: number];
}

/** How every structure is seen at first: from above one of its edges. */
export const CAMERA: Camera = { yaw: (-5 * Math.PI) / 24, pitch: Math.PI / 8, zoom: 1, pan: [0, 0] };

const MOST_ZOOM = 40;
const LEAST_ZOOM = 0.5;

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Directions of the picture in those of the volume; z runs downwards, as in slices, and nothing is mirrored. */
export function cameraAxes({ yaw, pitch }: Pick<Camera, 'yaw' | 'pitch'>): {
  readonly right: Vector; readonly up: Vector; readonly forward: Vector;
} {
  const [cosYaw, sinYaw, cos, sin] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return {
    right: [cosYaw, sinYaw, 0],
    up: [sin * sinYaw, -sin * cosYaw, -cos],
    forward: [cos * sinYaw, -cos * cosYaw, sin],
  };
}

/** Turned by a pull of so many radians: the front follows. */
export function turned(camera: Camera, right: number, down: number): Camera {
  return {
    ...camera, yaw: (camera.yaw + right) % (2 * Math.PI),
    pitch: within(camera.pitch + down, -Math.PI / 2, Math.PI / 2),
  };
}

/** Nearer by a factor; the point at `at` (from the middle of the picture, in lengths of the volume) stays. */
export function zoomed(camera: Camera, factor: number, at: readonly [number, number] = [0, 0]): Camera {
  const zoom = within(camera.zoom * factor, LEAST_ZOOM, MOST_ZOOM);
  const left = 1 - camera.zoom / zoom;
  return { ...camera, zoom, pan: [camera.pan[0] + at[0] * left, camera.pan[1] + at[1] * left] };
}

/** The nearest camera that a picture can have. */
export const bounded = ({ yaw, pitch, zoom, pan }: Camera): Camera => ({
  yaw, pitch: within(pitch, -Math.PI / 2, Math.PI / 2), zoom: within(zoom, LEAST_ZOOM, MOST_ZOOM), pan,
});

export function moved(camera: Camera, right: number, up: number): Camera {
  return { ...camera, pan: [camera.pan[0] + right, camera.pan[1] + up] };
}
