// One line on stderr that says what runs, how fast, and how long it will take.
import type { Progress } from '../runtime/session.js';

const BAR = 24;
/** Redraws of the bar, ms; and lines where stderr is no terminal. */
const TTY_INTERVAL = 100;
const LINE_INTERVAL = 10_000;

export interface ProgressLine {
  /** For RunOptions. */
  readonly onProgress: (progress: Progress) => void;
  /** Counted work other than voxels: structures of a study, images of a batch. */
  readonly count: (what: string, done: number, total: number) => void;
  /** What comes before every line, e.g. which image of many. */
  readonly prefix: (text: string) => void;
  /** Removes the bar, so that something else can be printed. */
  readonly clear: () => void;
}

/** Minutes and seconds, or hours and minutes. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const s = Math.round(seconds);
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}

function scaled(rate: number): string {
  return rate >= 1e6 ? `${(rate / 1e6).toFixed(1)} M` : rate >= 1e3 ? `${(rate / 1e3).toFixed(1)} k` : rate.toPrecision(2);
}

export function createProgress(stream: NodeJS.WriteStream, enabled: boolean): ProgressLine {
  const tty = stream.isTTY === true;
  let stage = '';
  let started = 0;
  let startedAt = 0;
  let drawn = 0;
  let visible = false;
  let before = '';

  function show(name: string, unit: string, done: number, total: number): void {
    if (!enabled) return;
    const now = performance.now();
    if (name !== stage) {
      stage = name;
      started = now;
      startedAt = done;
      // A line per stage would be a flood; the first after a while is enough where there is no bar.
      if (!tty && drawn === 0) drawn = now;
    }
    if (now - drawn < (tty ? TTY_INTERVAL : LINE_INTERVAL)) return;
    drawn = now;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const rate = now > started ? ((done - startedAt) / (now - started)) * 1000 : 0;
    const left = rate > 0 && total > 0 ? `  ${duration((total - done) / rate)} left` : '';
    const speed = rate > 0 ? `  ${scaled(rate)}${unit}/s` : '';
    const percent = `${String(Math.floor(100 * share)).padStart(3)} %`;
    if (tty) {
      const full = Math.round(BAR * share);
      const line = `${before}${name}  ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${percent}${speed}${left}`;
      stream.write(`\r\x1b[K${line.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
      visible = true;
    } else {
      stream.write(`${before}${name} ${percent}${speed}${left}\n`);
    }
  }

  return {
    onProgress: ({ operation, stage: name, done, total }) => show(`${operation}: ${name}`, 'voxel', done, total),
    count: (what, done, total) => show(`${what} ${done}/${total}`, '', done, total),
    prefix(text) {
      before = text;
      stage = '';
    },
    clear() {
      if (visible) stream.write('\r\x1b[K');
      visible = false;
    },
  };
}
