// The panel of the present structure: facts, 3D and slices, colours, and the file to save.
import { AXES, axisIndex, type LabelVolume } from '../../src/browser.js';
import { structureView, type FieldChoice } from '../../src/viewer.js';
import { assemble, download, onSubmit } from '../dom.js';
import { named } from '../figures.js';
import type { Page } from '../page.js';
import { phaseName, type FieldTask, type Present } from '../protocol.js';
import { cameraFrom, cameraText, positionFrom, positionText } from '../view-address.js';

const HTML = `
  <section data-panel="structure" aria-label="Structure" hidden>
    <h2>Structure</h2>
    <p data-part="facts"></p>
    <div data-part="view"></div>
    <input data-part="camera" name="camera" hidden><input data-part="position" name="position" hidden>
    <p data-part="meaning" class="hint">What colours mean: </p>
    <form data-part="save">
      <fieldset class="quiet">
        <label>Save as <select data-part="format">
          <option>npy</option><option>nrrd</option><option>mha</option><option>tif</option><option>nii.gz</option>
          <option>vti</option>
        </select></label>
        <button type="submit">Save</button>
      </fieldset>
    </form>
  </section>`;

export interface StructurePanel {
  readonly root: HTMLElement;
  show(present: Present): void;
}

function factsOf({ name, volume: { shape, voxelSizeUm } }: Present): string {
  const edges = [...new Set(voxelSizeUm)].map((h) => Number(h.toPrecision(4))).join(' × ');
  const size = voxelSizeUm === null ? ', of unknown size.' : `, ${edges} µm each.`;
  return `${name}: ${shape.join(' × ')} voxels (z, y, x)${size}`;
}

/** Most phases that fields are offered of. */
const MOST_PHASES = 6;

/** What can be worked out of every phase; flux along every axis of more than one voxel. */
function tasksOf(present: Present): FieldTask[] {
  const axes = AXES.filter((one) => present.volume.shape[axisIndex(one)] > 1);
  const [axis = 'z'] = axes;
  return present.fractions.slice(0, MOST_PHASES).flatMap(({ phase }): FieldTask[] => {
    const text = phaseName(present, phase);
    return [
      ...axes.map((along) => ({ kind: 'flux', name: `flux along ${along} in ${text}`, phase, axis: along }) as const),
      { kind: 'distance', name: `distance to the interface in ${text}`, phase, axis },
      { kind: 'thickness', name: `local thickness (diameter) of ${text}`, phase, axis },
    ];
  });
}

export function structurePanel(page: Page): StructurePanel {
  const { root, parts: { facts, view: place, camera, position, meaning, save, format } } = assemble(HTML, {
    facts: HTMLElement, view: HTMLElement, camera: HTMLInputElement, position: HTMLInputElement, meaning: HTMLElement,
    save: HTMLFormElement, format: HTMLSelectElement,
  });
  meaning.append(
    named('phases', 'labels'), ', ', named('flux', 'flux'), ', ', named('distance to the interface', 'distance'), ', ',
    named('local thickness', 'local thickness'),
  );
  /** Tells the address. */
  const keep = (field: HTMLInputElement, text: string): void => {
    if (field.value === text) return;
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const view = structureView({
    onCamera: (to) => keep(camera, cameraText(to)), onMove: (to) => keep(position, positionText(to)),
  });
  camera.addEventListener('input', () => {
    if (camera.value === cameraText(view.camera)) return;
    const wanted = cameraFrom(camera.value);
    if (wanted !== null) view.camera = wanted;
    keep(camera, cameraText(view.camera));
  });
  let shape: LabelVolume['shape'] | null = null;
  place.append(view.root);
  page.onField((field) => view.offer(field));
  onSubmit(save, () => void page.run(async (options) => {
    for (const { file, bytes } of await page.call('encode', { extension: format.value }, options)) {
      download(file, bytes as BlobPart, 'application/octet-stream');
    }
  }));
  const choiceOf = (task: FieldTask): FieldChoice => ({
    name: task.name,
    // The page may be at work meanwhile: operations of one session queue up.
    compute: (signal) => page.call('field', task, { signal }),
  });
  return {
    root,
    show(present) {
      root.hidden = false;
      root.dataset.labels = present.sha256 ?? '';
      facts.textContent = factsOf(present);
      const { volume, phaseNames: names } = present;
      view.show({ volume, names, choices: tasksOf(present).map(choiceOf) });
      // A voxel of one window is another of one that is larger.
      if (shape !== null && shape.join() !== volume.shape.join()) keep(position, '');
      shape = volume.shape;
      const wanted = positionFrom(position.value);
      if (wanted !== null) view.moveTo(wanted);
    },
  };
}
