const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** What stands where a number is not known. */
export const unknown = '–';

/** A size in steps of 1000, as disks and networks count: `999 B`, `1.0 kB`, `12.3 MB`, `123 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let index = 0;
  // Compared after rounding, so that 999,960 bytes are 1.0 MB and not 1000 kB.
  while (index < units.length - 1 && Number(rounded(value, index)) >= 1000) {
    value /= 1000;
    index += 1;
  }
  return `${rounded(value, index)} ${units[index]}`;
}

function rounded(value: number, unit: number): string {
  return value.toFixed(unit === 0 || value >= 99.95 ? 0 : 1);
}

/** Bytes per second, as a size: `1.7 MB/s`. */
export function formatRate(bytes: number, seconds: number): string {
  return `${formatBytes(bytes / seconds)}/s`;
}

/** A length of time with the precision that people want at its size: `340 ms`, `1.9 s`, `42 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${twoDigits(minutes % 60)} min`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** A whole number with thousands separators: `46,273`. */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** A number with its noun: `1 table`, `21 tables`, `2 entries`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Names in one phrase, at most three of them: `a`, `a and b`, `a, b and c`, `a, b and 7 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.length <= 3 ? names : [...names.slice(0, 2), `${formatCount(names.length - 2)} more`];
  return [shown.slice(0, -1).join(', '), ...shown.slice(-1)].filter(part => part !== '').join(' and ');
}

/** A moment to the second, in UTC: `2026-11-22 10:00:01 UTC`. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
