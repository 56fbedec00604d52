// One task at a time: progress, cancelling, errors and warnings where everyone sees them.
import type { VoxelField } from '../src/viewer.js';
import type { Call, CallOptions } from './client.js';
import { assemble } from './dom.js';
import type { Present } from './protocol.js';
import { make } from '../src/viewer/elements.js';

export interface Page {
  readonly call: Call;
  /** Progress, errors and warnings. */
  readonly root: HTMLElement;
  /** Runs the work of a form; says on the page how it goes and how it ended. Other forms wait. */
  run(work: (options: CallOptions) => Promise<void>): Promise<void>;
  /** Sentences that a user should know; they stay until the next task. */
  warn(texts: readonly string[]): void;
  /** What went wrong outside of a task. */
  fail(text: string): void;
  /** Offers numbers of the present structure's voxels as its colours; they go when another structure comes. */
  offerField(field: VoxelField): void;
  /** Calls `listener` with every field that is offered from now on. */
  onField(listener: (field: VoxelField) => void): void;
}

/** One part of the page: a module of `panels/`. The controls that belong into the address have a `name`. */
export interface Panel {
  /** Its data-panel is the panel's name. */
  readonly root: HTMLElement;
  /** Takes another present structure; results of the one before are hidden. */
  offer?(present: Present): void;
}

const HTML = `
  <div class="status" data-panel="status">
    <div class="progress" data-part="progress" hidden>
      <progress data-part="bar" max="1" value="0" aria-label="progress"></progress>
      <span data-part="text"></span>
      <button data-part="cancel" type="button">Cancel</button>
    </div>
    <p class="error" data-part="error" role="alert" hidden></p>
    <ul class="warnings" data-part="warnings" role="status" hidden></ul>
  </div>`;

/** @param host all forms of the page lie in it; its data-run says how the last task went */
export function createPage(call: Call, host: HTMLElement): Page {
  const { root, parts: { progress, bar, text, cancel, error, warnings } } = assemble(HTML, {
    progress: HTMLElement, bar: HTMLProgressElement, text: HTMLElement, cancel: HTMLButtonElement, error: HTMLElement,
    warnings: HTMLElement,
  });
  let controller: AbortController | null = null;
  const fieldListeners: ((field: VoxelField) => void)[] = [];
  cancel.addEventListener('click', () => controller?.abort());

  const busy = (now: boolean): void => {
    for (const set of host.querySelectorAll('fieldset')) set.disabled = now;
    progress.hidden = !now;
    if (now) bar.removeAttribute('value');
    text.textContent = '';
  };
  const fail = (what: string): void => {
    error.textContent = what;
    error.hidden = what === '';
  };
  return {
    call,
    root,
    fail,
    offerField(field) {
      for (const listener of fieldListeners) listener(field);
    },
    onField(listener) {
      fieldListeners.push(listener);
    },
    warn(texts) {
      warnings.append(...texts.map((textContent) => make('li', { textContent })));
      warnings.hidden = warnings.childElementCount === 0;
    },
    async run(work) {
      if (controller !== null) return;
      controller = new AbortController();
      fail('');
      warnings.replaceChildren();
      warnings.hidden = true;
      busy(true);
      host.dataset.run = 'running';
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
        host.dataset.run = 'done';
      } catch (failure) {
        const { name, message } = failure as Error;
        const cancelled = name === 'AbortError';
        fail(cancelled ? 'Cancelled.' : message);
        host.dataset.run = cancelled ? 'cancelled' : 'failed';
      } finally {
        controller = null;
        busy(false);
      }
    },
  };
}
