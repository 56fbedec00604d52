// Files that are dropped on the page, with those in folders.

/** Files of what was dropped. Call it while the event is handled: the list is empty afterwards. */
export async function droppedFiles(items: DataTransferItemList): Promise<File[]> {
  // All at once, before the first wait. What was made by a script has no entry.
  const wanted = [...items].filter(({ kind }) => kind === 'file');
  const found = wanted.map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const filesIn = (one: FileSystemEntry | File | null): File[] | Promise<File[]> =>
    one === null ? [] : one instanceof File ? [one] : filesOf(one);
  const files = await Promise.all(found.map(filesIn));
  return files.flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const all: FileSystemEntry[] = [];
  // Chromium hands out a hundred at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return (await Promise.all(all.filter(({ isFile }) => isFile).map(filesOf))).flat();
    all.push(...some);
  }
}
