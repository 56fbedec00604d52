// Buttons that run the program above them, with the library in one file.

/** The program as a module of its own: it imports the library by its address, and what it prints goes to `print`. */
const moduleOf = (program, library, print) => `const console = { log: globalThis[${JSON.stringify(print)}] };
${program.replaceAll("from 'voxelith'", `from ${JSON.stringify(library)}`)}`;

async function run(button, library) {
  const block = button.closest('.live');
  const output = block.querySelector('output');
  const print = `print-${performance.now()}`;
  output.textContent = '';
  globalThis[print] = (text) => output.append(`${text}\n`);
  button.disabled = true;
  const address = URL.createObjectURL(new Blob(
    [moduleOf(block.querySelector('code').textContent, new URL(library, location.href).href, print)],
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

/** Makes every button of a live program run it. @param {string} library the path of the library in one file */
export function runOnClick(library) {
  document.addEventListener('click', ({ target }) => {
    const button = target.closest?.('.live > button');
    if (button) run(button, library);
  });
}
