// Files that a panel writes when they are asked for.
import { download } from './dom.js';
import type { Page } from './page.js';

/** Saves YAML when `button` is pressed; what keeps `text` from being written is said on the page. */
export function savesYaml(page: Page, button: HTMLButtonElement, file: string, text: () => string): void {
  button.addEventListener('click', () => {
    try {
      download(file, text(), 'application/yaml');
    } catch (error) {
      page.fail((error as Error).message);
    }
  });
}
