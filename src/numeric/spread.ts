// How evenly points fill a space, and how to choose and move them so that they do.

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) * (a[k] - b[k]);
  return sum;
}

/** Distance from each place to the nearest of the points. */
export function distancesTo(
  points: readonly ArrayLike<number>[], places: readonly ArrayLike<number>[],
): number[] {
  return places.map((place) =>
    Math.sqrt(points.reduce((least, point) => Math.min(least, squaredDistance(place, point)), Infinity)));
}

/** Distance from each point to its nearest neighbour. */
export function nearestDistances(points: readonly ArrayLike<number>[]): number[] {
  const least = new Float64Array(points.length).fill(Infinity);
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j < i; j++) {
      const square = squaredDistance(points[i], points[j]);
      least[i] = Math.min(least[i], square);
      least[j] = Math.min(least[j], square);
    }
  }
  return Array.from(least, Math.sqrt);
}

/** Indices of points that lie far from each other: the one nearest to the mean of all, then always the one farthest
 *  from those chosen (Kennard and Stone, Technometrics 11 (1969) 137). The first of equals. */
export function farthestPoints(points: readonly ArrayLike<number>[], count: number): number[] {
  const mean = Array.from({ length: points[0]?.length ?? 0 }, (_, k) =>
    points.reduce((sum, point) => sum + point[k], 0) / points.length);
  const least = Float64Array.from(points, (point) => squaredDistance(point, mean));
  let next = least.reduce((best, square, i) => (square < least[best] ? i : best), 0);
  least.fill(Infinity);
  const chosen: number[] = [];
  while (chosen.length < Math.min(count, points.length)) {
    chosen.push(next);
    for (let i = 0; i < points.length; i++) least[i] = Math.min(least[i], squaredDistance(points[i], points[next]));
    next = least.reduce((best, square, i) => (square > least[best] ? i : best), 0);
  }
  return chosen;
}

export interface PartingOptions {
  /** How often every point is looked at. */
  readonly sweeps: number;
  /** Where a place of the unit cube lies in the space that is to be filled; null: nowhere. */
  image(place: Float64Array): Float64Array | null;
  /** Derivatives of the image, one row per coordinate of it. */
  jacobian(place: Float64Array): readonly Float64Array[];
}

/** First step in the unit cube, and how often it is halved. */
const [STEP, HALVINGS] = [0.1, 4];

/** Moves places of the unit cube so that their images part: each in turn away from its nearest neighbour, along the
 *  derivatives, as long as it then has more room. No point comes nearer to another than the nearest was before. */
export function partedPoints(
  places: readonly Float64Array[], { sweeps, image, jacobian }: PartingOptions,
): Float64Array[] {
  const now = places.map((place) => place.slice());
  const images = now.map((place) => image(place)!);
  const nearestTo = (point: Float64Array, i: number): { readonly j: number; readonly square: number } => {
    let [j, square] = [-1, Infinity];
    for (let k = 0; k < images.length; k++) {
      const to = k === i ? Infinity : squaredDistance(point, images[k]);
      if (to < square) [j, square] = [k, to];
    }
    return { j, square };
  };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let i = 0; i < now.length; i++) {
      const { j, square } = nearestTo(images[i], i);
      if (j < 0) return now;
      const away = images[i].map((x, k) => x - images[j][k]);
      const rows = jacobian(now[i]);
      const uphill = now[i].map((_, k) => rows.reduce((sum, row, r) => sum + row[k] * away[r], 0));
      const length = Math.sqrt(uphill.reduce((sum, x) => sum + x * x, 0));
      if (!(length > 0)) continue;
      for (let halving = 0, step = STEP; halving <= HALVINGS; halving++, step /= 2) {
        const place = now[i].map((x, k) => Math.min(1, Math.max(0, x + (step * uphill[k]) / length)));
        const moved = image(place);
        if (moved === null || !(nearestTo(moved, i).square > square)) continue;
        now[i] = place;
        images[i] = moved;
        break;
      }
    }
  }
  return now;
}
