// Why a discharge ended, in words.
import type { EndedBy } from '../cell/experiments/run.js';
import type { ResolvedEnd } from '../resolved/result.js';

const ENDS: Readonly<Record<EndedBy | ResolvedEnd, string>> = {
  lowerVoltage: 'lower voltage', upperVoltage: 'upper voltage', stoichiometry: 'a surface at the end of the window',
  tableEnd: 'a surface at the end of the table of its voltage', saltDepleted: 'no salt left somewhere', time: 'time',
  charge: 'charge', current: 'current', voltage: 'voltage', stuck: 'no step found',
  noPotentials: 'no potentials at the start',
};

/** What ended a discharge in words, as tables and reports say it: "lower voltage" for `lowerVoltage`. */
export const endText = (end: EndedBy | ResolvedEnd): string => ENDS[end];
