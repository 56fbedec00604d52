// Files that are no images, dropped on the page.
import { expect, it } from 'vitest';
import { encodeVoxels } from '../../src/index.js';
import { drop, during, ERROR, part, startBrowser, submit } from './demo-page.js';

it('[exact] a file of a wrong kind says what it is, and nothing of the image before it remains', async () => {
  const browser = await startBrowser();
  try {
    const { page, problems } = await browser.open();
    const grey = { data: Uint8Array.from({ length: 4096 }, (_, i) => i % 251), shape: [16, 16, 16] } as const;
    const { bytes } = await encodeVoxels('scan.nrrd', { ...grey, voxelSizeUm: [0.2, 0.2, 0.2] });
    const text = (latin: string): Uint8Array => Uint8Array.from(latin, (c) => c.charCodeAt(0));
    const wrong: readonly (readonly [name: string, bytes: Uint8Array, says: string])[] = [
      ['scan.tif', text('%PDF-1.7\n'), 'by its first bytes it is a PDF document'],
      ['scan.npy', text('\xff\xd8\xff\xe0\0\x10JFIF'), 'by its first bytes it is a JPEG image'],
      ['letter.docx', text(`PK\x03\x04${'\0'.repeat(26)}word/document.xml`), 'letter.docx: is a Word document'],
      ['part.stl', text('solid part\nfacet'), 'part.stl: is an STL mesh'],
      ['notes', text('to do'), 'notes: is a text'],
      ['empty.tif', new Uint8Array(0), 'empty.tif: the file is empty (0 bytes)'],
    ];
    for (const [name, content, says] of wrong) {
      await during(page, () => drop(page, [{ name: 'scan.nrrd', bytes }]));
      expect(await page.textContent(part('image', 'facts'))).toMatch(/^scan.nrrd: 16 × 16 × 16 voxels/);
      const { run } = await during(page, () => drop(page, [{ name, bytes: content }]));
      expect([run, await page.textContent(ERROR)]).toEqual(['failed', expect.stringContaining(says)]);
      expect(await page.textContent(part('image', 'facts'))).toBe('');
      expect(await page.locator(submit('image')).isVisible()).toBe(false);
    }
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
  }
});
