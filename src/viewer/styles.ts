// How the viewer's own elements look: one style sheet for documents and shadow roots, which a strict content security
// policy allows. Pages set --ink, --soft, --line, --paper and --accent; without them it follows the colour scheme.

const TEXT = `
.vx { color: var(--ink, light-dark(#1c2430, #e6eaf0)); border-color: var(--line, light-dark(#d8dde4, #364152));
  background-color: var(--paper, light-dark(#fff, #131922)); outline-color: var(--soft, light-dark(#5b6675, #9aa6b5));
  transition: border-color 1ms, background-color 1ms; }
.vx [hidden], .vx[hidden] { display: none !important; }
.vx-planes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); gap: 1rem;
  align-items: start; }
.vx figure { margin: 0; min-width: 0; }
.vx figcaption, .vx .vx-note { color: var(--soft, light-dark(#5b6675, #9aa6b5)); font-size: 0.9rem; }
.vx figcaption { margin-bottom: 0.35rem; }
.vx-plane { position: relative; overflow: hidden; touch-action: pan-y pinch-zoom; cursor: crosshair;
  border: 1px solid var(--line, light-dark(#d8dde4, #364152)); }
.vx-plane canvas { display: block; width: 100%; image-rendering: pixelated; border: 0; }
.vx-cross { position: absolute; pointer-events: none; background: #fff; box-shadow: 0 0 0 0.5px #111c; opacity: 0.85; }
.vx-across { left: 0; right: 0; height: 1px; }
.vx-down { top: 0; bottom: 0; width: 1px; }
.vx-bar { position: absolute; left: 0.5rem; bottom: 0.5rem; pointer-events: none; }
.vx-bar span { position: absolute; bottom: 0; left: 0; padding: 0.1rem 0.3rem 0.25rem; background: #ffffffe0;
  color: #111; font: 12px/1.2 system-ui, sans-serif; white-space: nowrap; border-radius: 3px; }
.vx-bar i { position: absolute; left: 0; bottom: 0; width: 100%; height: 3px; background: #111; z-index: 1;
  box-shadow: 0 0 0 1px #fff; }
.vx input[type=range] { width: 100%; margin: 0.35rem 0 0; padding: 0; border: 0; background: none;
  accent-color: var(--accent, light-dark(#0b6fb3, #5ab2ee)); }
.vx :focus-visible { outline: 2px solid var(--accent, light-dark(#0b6fb3, #5ab2ee)); outline-offset: 2px; }
.vx-charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1.25rem; }
.vx-charts:not(:empty) { margin-top: 1.25rem; }
.vx .uplot, .vx .u-legend { font-family: inherit; }
.vx .u-legend { font-size: 0.85rem; }
.vx .u-legend .curve-line .u-marker, .vx .u-legend .curve-dashed .u-marker { width: 1.6em; height: 0;
  border-width: 2px 0 0 !important; }
.vx .u-legend .curve-points .u-marker { width: 0.6em; height: 0.6em; border-radius: 50%;
  border-width: 0.3em !important; }
.vx-structure { display: grid; gap: 0.9rem; }
.vx-structure > * { min-width: 0; }
.vx-tools { display: flex; flex-wrap: wrap; gap: 0.5rem 0.9rem; align-items: center; }
.vx-tools label, .vx-legend li { display: inline-flex; align-items: center; gap: 0.4rem; }
.vx select, .vx button { font: inherit; color: inherit; border-radius: 6px; padding: 0.3rem 0.55rem; max-width: 100%;
  background: var(--paper, light-dark(#fff, #131922)); border: 1px solid var(--line, light-dark(#d8dde4, #364152)); }
.vx button { cursor: pointer; }
.vx select:disabled { opacity: 0.5; }
.vx-stage { position: relative; height: min(30rem, 70vh); border: 1px solid var(--line, light-dark(#d8dde4, #364152)); }
.vx-stage canvas { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; }
.vx-stage canvas[role=application] { touch-action: pan-y; cursor: grab; }
.vx-stage canvas[role=application]:active { cursor: grabbing; }
.vx-stage canvas:not([role]) { pointer-events: none; }
.vx-note { margin: 0.35rem 0 0; }
.vx-note:empty { display: none; }
.vx-legend { display: flex; flex-wrap: wrap; gap: 0.4rem 1.5rem; margin: 0; padding: 0; list-style: none;
  font-size: 0.9rem; max-height: 14rem; overflow-y: auto; }
.vx .swatch { display: inline-block; flex: none; width: 0.85em; height: 0.85em; border-radius: 2px;
  border: 1px solid var(--line, light-dark(#d8dde4, #364152)); }
.vx-scale { max-width: 24rem; padding: 0 1rem; font-size: 0.9rem; }
.vx-scale b { display: block; font-weight: 500; margin: 0 -1rem 0.25rem; }
.vx-colours { display: block; height: 0.8em; }
.vx-ticks { position: relative; height: 1.4em; }
.vx-ticks span { position: absolute; transform: translateX(-50%); }
`;

const adopted = new WeakSet<Document | ShadowRoot>();

/** Gives a document or a shadow root the viewer's style sheet, once. */
export function adoptStyles(root: Document | ShadowRoot, more = ''): void {
  if (adopted.has(root)) return;
  adopted.add(root);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(TEXT + more);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
