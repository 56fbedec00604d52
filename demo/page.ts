// One task at a time: progress, cancelling, errors and warnings where everyone sees them.
import type { VoxelField } from '../src/viewer.js';
import type { Call, CallOptions } from './client.js';
import { assemble } from './dom.js';
import { onThisPage, withPhaseNames } from './flags.js';
import { holdControls } from './hold.js';
import type { Present } from './protocol.js';
import { make } from '../src/viewer/elements.js';

export interface Page {
  readonly call: Call;
  /** Progress, errors and warnings. */
  readonly root: HTMLElement;
  /** Runs the work of a form; says on the page how it goes and how it ended. Other forms wait. */
  run(work: (options: CallOptions) => Promise<void>): Promise<void>;
  /** Sentences that a user should know; they stay until the next task. @param about the structure of their labels */
  warn(texts: readonly string[], about?: Pick<Present, 'phaseNames'>): void;
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
    <div role="status"><ul class="warnings" data-part="warnings" hidden></ul></div>
    <div class="bar">
      <div class="progress" data-part="progress" hidden>
        <progress data-part="bar" max="1" value="0" aria-label="progress"></progress>
        <button data-part="cancel" type="button">Cancel <kbd>Esc</kbd></button>
        <span data-part="text"></span>
      </div>
      <p class="note" data-part="note" role="status" hidden></p>
      <div class="failure" data-part="failure" hidden>
        <p data-part="error" role="alert"></p>
        <button data-part="dismiss" type="button" aria-label="Dismiss the error">×</button>
      </div>
    </div>
  </div>`;

/** @param host all forms of the page lie in it; its data-run says how the last task went */
export function createPage(call: Call, host: HTMLElement): Page {
  const { root, parts: { progress, bar, text, cancel, note, failure, error, dismiss, warnings } } = assemble(HTML, {
    progress: HTMLElement, bar: HTMLProgressElement, text: HTMLElement, cancel: HTMLButtonElement, note: HTMLElement,
    failure: HTMLElement, error: HTMLElement, dismiss: HTMLButtonElement, warnings: HTMLElement,
  });
  let controller: AbortController | null = null;
  const fieldListeners: ((field: VoxelField) => void)[] = [];
  const hold = holdControls(host, () => controller !== null);

  const say = (what: string): void => {
    note.textContent = what;
    note.hidden = what === '';
  };
  const fail = (what: string): void => {
    error.textContent = onThisPage(what);
    failure.hidden = what === '';
  };
  const busy = (now: boolean): void => {
    hold();
    // A button that goes away would take the focus with it.
    if (!now && document.activeElement === cancel) (before?.isConnected ? before : host).focus();
    progress.hidden = !now;
    if (now) bar.removeAttribute('value');
    text.textContent = '';
  };
  let before: HTMLElement | null = null;
  cancel.addEventListener('focus', ({ relatedTarget }) => (before = relatedTarget as HTMLElement | null));
  cancel.addEventListener('click', () => controller?.abort());
  dismiss.addEventListener('click', () => {
    fail('');
    host.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (controller !== null) controller.abort();
    else fail('');
  });
  host.tabIndex = -1;
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
    warn(texts, { phaseNames } = { phaseNames: {} }) {
      warnings.append(...texts.map((what) =>
        make('li', { textContent: withPhaseNames(onThisPage(what), phaseNames) })));
      warnings.hidden = warnings.childElementCount === 0;
    },
    async run(work) {
      if (controller !== null) return say('The page is still at work. Wait for it, or press Escape to cancel.');
      controller = new AbortController();
      fail('');
      say('');
      warnings.replaceChildren();
      warnings.hidden = true;
      busy(true);
      host.dataset.run = 'running';
      let farthest = 0;
      let ended = 'done';
      try {
        await work({
          signal: controller.signal,
          onProgress(what, share) {
            text.textContent = what;
            // Stages of one step count from the beginning again; the bar does not.
            if (share !== null) bar.value = farthest = Math.max(farthest, share);
          },
        });
        say('');
      } catch (reason) {
        const { name, message } = reason as Error;
        ended = name === 'AbortError' ? 'cancelled' : 'failed';
        say(ended === 'cancelled' ? 'Cancelled. What was there before is still shown.' : '');
        if (ended === 'failed') fail(message);
      } finally {
        controller = null;
        busy(false);
        host.dataset.run = ended;
      }
    },
  };
}
