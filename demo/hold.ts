// Controls that wait while the page works, and keep the focus: a disabled one would lose it to the body.

/** Keys that only move. */
const MOVES = new Set(['Tab', 'Escape', 'Shift', 'Control', 'Alt', 'Meta']);
const EVENTS = ['mousedown', 'touchstart', 'click', 'keydown', 'beforeinput', 'submit'] as const;

/** Controls in fieldsets of `host` do nothing while `held` says so; those in [data-anytime] always do.
 *  @returns to be called whenever `held` may have changed */
export function holdControls(host: HTMLElement, held: () => boolean): () => void {
  const block = (event: Event): void => {
    const field = (event.target as Element).closest('fieldset, form');
    if (!held() || field === null || field.closest('[data-anytime]') !== null) return;
    const key = (event as Partial<KeyboardEvent>).key;
    if (key !== undefined && MOVES.has(key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  for (const type of EVENTS) host.addEventListener(type, block, { capture: true, passive: false });
  return () => {
    for (const set of host.querySelectorAll('fieldset:not([data-anytime])')) {
      if (held()) set.setAttribute('aria-disabled', 'true');
      else set.removeAttribute('aria-disabled');
    }
  };
}
