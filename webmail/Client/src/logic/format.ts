const dayMilliseconds = 86_400_000;
const units = ["bytes", "KB", "MB", "GB"] as const;

/** Sizes in the decimal units the rest of the mail world shows. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? ""}`;
}

/** Today the time, this year the day, else the date. */
export function formatListDate(iso: string, now: Date): string {
  const date = new Date(iso);
  if (date.toDateString() === now.toDateString()) {
    return date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  }
  const age = now.getTime() - date.getTime();
  if (age > 0 && age < 6 * dayMilliseconds) {
    return date.toLocaleDateString(undefined, { weekday: "short" });
  }
  return date.getFullYear() === now.getFullYear()
    ? date.toLocaleDateString(undefined, { day: "numeric", month: "short" })
    : date.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}

export function formatFullDate(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" });
}

export function formatQuoteDate(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
}
