// Programs that are stopped at a moment that is the same on every machine.

/** When a program is stopped: as soon as files in a folder have so many lines, or ms after it listens to the signal. */
export type Moment =
  | { readonly folder: string; readonly files: RegExp; readonly lines: number }
  | { readonly after: number };

/** Arguments of Node with which the program after them sends itself a signal. */
export function stopping(signal: 'SIGINT' | 'SIGKILL', moment: Moment): string[] {
  const script = new URL('stop-child.mjs', import.meta.url);
  script.searchParams.set('signal', signal);
  for (const [name, value] of Object.entries(moment)) {
    script.searchParams.set(name, value instanceof RegExp ? value.source : String(value));
  }
  return ['--import', script.href];
}
