// Messages of the library name options of the command line. Here they are the controls of this page.

const CONTROLS: readonly (readonly [RegExp, string])[] = [
  [/(\. |; )(R|r)aise --memory \([^)]*\) or use a smaller window/, '$1Take a smaller window'],
  [/raise --memory \([^)]*\)(\([^)]*\))? or reduce size/, 'take a smaller size'],
  [/allow more \(--memory, maxBytes\) or read a part/, 'take a smaller window'],
  [/say it with --voxel-size/g, 'say it in the fields “Voxel z, y, x”'],
  [/--voxel-size( [\w.,]+um)?/g, 'the fields “Voxel z, y, x”'],
  [/--segment auto(:(\d))?/g, 'the method “blur and noise in the model”'],
  [/--filter (gaussian|median)(:[\d.]+)?/g, 'the filter “$1”'],
  [/--clean( \d+)?/g, '“Remove below”'],
  [/--interface smooth/g, 'the interface “smooth”'],
];

const REST = /(^|[\s(])--[a-z]/;

/** The message with the page's own words; what the page has no control for is named as what it is. */
export function onThisPage(message: string): string {
  const text = CONTROLS.reduce((said, [flag, control]) => said.replace(flag, control), message);
  return REST.test(text) ? `${text} (Words that begin with -- are options of the command line.)` : text;
}
