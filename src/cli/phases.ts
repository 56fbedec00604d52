// Phases on the command line: labels, or the names that --names gives them.
import { InvalidArgumentError, Option } from 'commander';
import { checkPhaseNames, labelNamed, phaseTitle, type PhaseNames } from '../core/phase-names.js';
import { quoted } from '../core/quote.js';
import type { Phase } from '../core/volume.js';

/** "1=SE,2=AM,3=pore" */
function parseNames(text: string): PhaseNames {
  const pairs = text.split(',').map((part) => part.split('='));
  const twice = pairs.find(([label], k) => pairs.findIndex(([other]) => other.trim() === label.trim()) < k);
  if (pairs.some((pair) => pair.length !== 2) || twice !== undefined) {
    throw new InvalidArgumentError(`Expected LABEL=NAME, …, such as 1=SE,2=AM,3=pore, found ${quoted(text)}.`);
  }
  const names = Object.fromEntries(pairs.map(([label, name]) => [label.trim(), name.trim()]));
  return checkPhaseNames('--names', names);
}

export const namesOption = (): Option =>
  new Option('--names <list>', 'what the labels are called, e.g. 1=SE,2=AM,3=pore; --phase takes the names, too')
    .argParser(parseNames);

/** "1,2", "SE,AM" or "all". @throws SpecError */
export function phasesNamed(text: string, names: PhaseNames = {}): 'all' | Phase[] {
  return text.trim() === 'all' ? 'all' : text.split(',').map((part) => labelNamed('--phase', part, names));
}

/** "phases 1 = SE, 2 = AM" for those that have names; empty without any. */
export function namesText(names: PhaseNames | undefined): string {
  const all = Object.keys(names ?? {}).map((label) => phaseTitle(label, names));
  return all.length === 0 ? '' : `, phases ${all.join(', ')}`;
}
