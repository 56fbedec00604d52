// One task at a time: progress, cancelling, errors and warnings where everyone sees them.
import type { Call, CallOptions } from './client.js';
import { element, make } from './dom.js';

export interface Page {
  readonly call: Call;
  /** Runs the work of a form; says on the page how it goes and how it ended. Other forms wait. */
  run(work: (options: CallOptions) => Promise<void>): Promise<void>;
  /** Sentences that a user should know; they stay until the next task. */
  warn(texts: readonly string[]): void;
}

export function createPage(call: Call): Page {
  const [progress, error, warnings] = [element('progress'), element('error'), element('warnings')];
  const bar = progress.querySelector('progress') as HTMLProgressElement;
  const text = progress.querySelector('span') as HTMLSpanElement;
  let controller: AbortController | null = null;
  element('cancel').addEventListener('click', () => controller?.abort());

  const busy = (now: boolean): void => {
    for (const set of document.querySelectorAll('fieldset')) set.disabled = now;
    progress.hidden = !now;
    if (now) bar.removeAttribute('value');
    text.textContent = '';
  };
  return {
    call,
    warn(texts) {
      warnings.append(...texts.map((textContent) => make('li', { textContent })));
      warnings.hidden = warnings.childElementCount === 0;
    },
    async run(work) {
      if (controller !== null) return;
      controller = new AbortController();
      error.hidden = true;
      error.textContent = '';
      warnings.replaceChildren();
      warnings.hidden = true;
      busy(true);
      document.body.dataset.run = 'running';
      let farthest = 0;
      try {
        await work({
          signal: controller.signal,
          onProgress(what, share) {
            text.textContent = what;
            // Stages of one step count from the beginning again; the bar does not.
            if (share !== null) bar.value = farthest = Math.max(farthest, share);
          },
        });
        document.body.dataset.run = 'done';
      } catch (failure) {
        const { name, message } = failure as Error;
        const cancelled = name === 'AbortError';
        error.textContent = cancelled ? 'Cancelled.' : message;
        error.hidden = false;
        document.body.dataset.run = cancelled ? 'cancelled' : 'failed';
      } finally {
        controller = null;
        busy(false);
      }
    },
  };
}
