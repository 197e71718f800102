// Fewer points for a chart, chosen so that its shape stays: a run of 10,000 steps must not cost 10,000 SVG nodes.

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Largest-Triangle-Three-Buckets (Steinarsson 2013): one point per bucket, the one that spans the largest triangle with
 * its neighbours. First and last point stay.
 * @returns indices into `points`, ascending, at most `limit` of them
 */
export function downsample(points: readonly Point[], limit: number): number[] {
  if (points.length <= limit || limit < 3) return points.map((_, at) => at);
  const chosen = [0];
  const width = (points.length - 2) / (limit - 2);
  for (let bucket = 0; bucket < limit - 2; bucket++) {
    const start = 1 + Math.floor(bucket * width);
    const end = 1 + Math.floor((bucket + 1) * width);
    const next = meanOf(points, end, Math.min(points.length, 1 + Math.floor((bucket + 2) * width)));
    chosen.push(largestTriangle(points, chosen.at(-1) ?? 0, start, end, next));
  }
  chosen.push(points.length - 1);
  return chosen;
}

function largestTriangle(points: readonly Point[], previous: number, start: number, end: number, next: Point): number {
  const from = points[previous] ?? next;
  let [best, bestArea] = [start, -1];
  for (let at = start; at < end; at++) {
    const point = points[at] ?? next;
    const area = Math.abs((from.x - next.x) * (point.y - from.y) - (from.x - point.x) * (next.y - from.y));
    if (area > bestArea) [best, bestArea] = [at, area];
  }
  return best;
}

function meanOf(points: readonly Point[], start: number, end: number): Point {
  const part = points.slice(start, Math.max(end, start + 1));
  const sum = part.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / part.length, y: sum.y / part.length };
}
