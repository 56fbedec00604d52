// Messages of the library name options of the command line and labels. Here they are the controls of this page, and
// the phases that it shows.
import type { Phase } from '../src/browser.js';

const CONTROLS: readonly (readonly [RegExp, string])[] = [
  [/(\. |; )(R|r)aise --memory \([^)]*\) or use a smaller window/, '$1Take a smaller window'],
  [/raise --memory \([^)]*\)(\([^)]*\))? or reduce size/, 'take a smaller size'],
  [/allow more \(--memory, maxBytes\) or read a part/, 'take a smaller window'],
  [/say it with --voxel-size/g, 'say it in the fields “Voxel z, y, x”'],
  [/--voxel-size( [\w.,]+um)?/g, 'the fields “Voxel z, y, x”'],
  [/set --segment thresholds or fractions/g, 'choose its thresholds'],
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

/** Where a message speaks of labels: "label 3 lines 70 % of the boundary between 1 and 2". */
const LABELS = /\b(labels?|phases?|boundary between|outside of|M of) (\d+)(?:( and )(\d+))?\b/g;

/** The message about a structure with its labels by their names; one without a name stays a number. */
export function withPhaseNames(message: string, names: Readonly<Record<Phase, string>>): string {
  return message.replace(LABELS, (said, words: string, first: string, and = '', second = '') => {
    const [one, other] = [names[Number(first)], and === '' ? '' : names[Number(second)]];
    if (one === undefined || other === undefined) return said;
    return `${/^(label|phase)s?$/.test(words) ? '' : `${words} `}${one}${and}${other}`;
  });
}
