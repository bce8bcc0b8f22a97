/** How many rows one request asks for. */
export const windowRows = 100;

export interface RowRange {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** The rows a viewport shows, with some more on both sides so that scrolling meets no gap. */
export function visibleRows(scrollTop: number, viewHeight: number, rowHeight: number, total: number, overscan: number): RowRange {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const end = Math.min(total, Math.ceil((scrollTop + viewHeight) / rowHeight) + overscan);
  return { first: Math.min(first, end), end };
}

/** The windows, by their number, that hold a row of the range. */
export function windowsOf(range: RowRange): number[] {
  const first = Math.floor(range.first / windowRows);
  const end = Math.ceil(range.end / windowRows);
  return Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
}

/** The windows, by their number, that hold a row of the range not known yet. */
export function missingWindows(ids: readonly (string | undefined)[], range: RowRange): number[] {
  const missing = new Set<number>();
  for (let row = range.first; row < Math.min(range.end, ids.length); row += 1) {
    if (ids[row] === undefined) {
      missing.add(Math.floor(row / windowRows));
    }
  }
  return [...missing];
}

/** A list of the right length with one answered window put in its place. */
export function withWindow(
  ids: readonly (string | undefined)[],
  position: number,
  answered: readonly string[],
  total: number,
): (string | undefined)[] {
  const next = Array.from({ length: total }, (_, row): string | undefined => ids[row]);
  answered.forEach((id, offset) => {
    if (position + offset < total) {
      next[position + offset] = id;
    }
  });
  return next;
}

/** The scroll position that shows a row, moving as little as possible. */
export function scrollToShow(row: number, scrollTop: number, viewHeight: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) {
    return top;
  }
  return Math.max(scrollTop, top + rowHeight - viewHeight);
}
