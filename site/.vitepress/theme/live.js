// Buttons that run the program above them, with the library as files of the site.

/** The program as a module of its own: it imports entries by their addresses, and what it prints goes to `print`. */
function moduleOf(program, entries, print) {
  const address = (entry) => JSON.stringify(new URL(entries[entry], location.href));
  return `const console = { log: globalThis[${JSON.stringify(print)}] };
${program.replace(/from '(voxelith[^']*)'/g, (_, entry) => `from ${address(entry)}`)}`;
}

async function run(button, entries) {
  const block = button.closest('.live');
  const output = block.querySelector('output');
  const print = `print-${performance.now()}`;
  output.textContent = '';
  globalThis[print] = (text) => output.append(`${text}\n`);
  button.disabled = true;
  const address = URL.createObjectURL(new Blob(
    [moduleOf(block.querySelector('code').textContent, entries, print)],
    { type: 'text/javascript' },
  ));
  try {
    await import(/* @vite-ignore */ address);
    block.dataset.run = 'done';
  } catch (failure) {
    output.append(failure.message);
    block.dataset.run = 'failed';
  } finally {
    URL.revokeObjectURL(address);
    delete globalThis[print];
    button.disabled = false;
  }
}

/** Makes every button of a live program run it. @param entries paths of the package's entries, by name */
export function runOnClick(entries) {
  document.addEventListener('click', ({ target }) => {
    const button = target.closest?.('.live > button');
    if (button) run(button, entries);
  });
}
