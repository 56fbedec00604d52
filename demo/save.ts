// Files that a panel writes when they are asked for.
import { download } from './dom.js';
import type { Page } from './page.js';

/** Saves a file of YAML or JSON when `button` is pressed; what keeps `text` from being written is said on the page. */
export function savesText(page: Page, button: HTMLButtonElement, file: string, text: () => string): void {
  button.addEventListener('click', () => {
    try {
      download(file, text(), `application/${file.slice(file.lastIndexOf('.') + 1)}`);
    } catch (error) {
      page.fail((error as Error).message);
    }
  });
}
