// One line on stderr that says what runs, how fast, and how long it will take.
import type { Progress } from '../runtime/session.js';

const BAR = 24;
/** Redraws of the bar, ms; and lines where stderr is no terminal. */
const TTY_INTERVAL = 100;
const LINE_INTERVAL = 10_000;

export interface ProgressLine {
  /** For RunOptions. */
  readonly onProgress: (progress: Progress) => void;
  /** Structures of a study, whose rate and time left the study knows best. */
  readonly onItems: (what: string, items: {
    readonly done: number;
    readonly total: number;
    readonly perSecond: number;
    readonly secondsLeft: number | null;
  }) => void;
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
  return rate >= 1e6
    ? `${(rate / 1e6).toFixed(1)} M`
    : rate >= 1e3 ? `${(rate / 1e3).toFixed(1)} k`
    : rate.toPrecision(2);
}

export function createProgress(stream: NodeJS.WriteStream, enabled: boolean): ProgressLine {
  const tty = stream.isTTY === true;
  let stage = '';
  let started = 0;
  let startedAt = 0;
  let drawn: number | null = null;
  let visible = false;
  let before = '';

  function draw(name: string, done: number, total: number, speed: string, secondsLeft: number | null): void {
    const now = performance.now();
    // Without a terminal the first line waits, so that short work prints none.
    drawn ??= tty ? -Infinity : now;
    if (!enabled || now - drawn < (tty ? TTY_INTERVAL : LINE_INTERVAL)) return;
    drawn = now;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const left = secondsLeft === null ? '' : `  ${duration(secondsLeft)} left`;
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
    onProgress({ operation, stage: name, done, total, remark }) {
      const now = performance.now();
      if (name !== stage || done < startedAt) {
        stage = name;
        started = now;
        startedAt = done;
      }
      const rate = now > started ? ((done - startedAt) / (now - started)) * 1000 : 0;
      const known = rate > 0 && total > 0;
      const speed = known ? `  ${scaled(rate)}voxel/s` : '';
      draw(
        `${operation}: ${name}`, done, total, remark === undefined ? speed : `  ${remark}`,
        known ? (total - done) / rate : null,
      );
    },
    onItems(what, { done, total, perSecond, secondsLeft }) {
      const rate =
        perSecond <= 0 ? '' : perSecond >= 1 ? `  ${perSecond.toFixed(1)}/s` : `  ${(60 * perSecond).toFixed(1)}/min`;
      draw(`${what} ${done}/${total}`, done, total, rate, secondsLeft);
    },
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
