// What lets a reader repeat a report: labelled facts at its end. A report looks nothing up; its caller says them.
import { checkArguments } from '../core/arguments.js';
import { escape, section } from './html.js';

/** One fact, e.g. seed, version, machine, command. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Pairs of label and value as facts. */
export function factsOf(pairs: readonly (readonly [label: string, value: string])[]): Fact[] {
  checkArguments('factsOf', { pairs: [pairs, 'lists'] });
  return pairs.map(([label, value]) => ({ label, value }));
}

/** @param remark HTML above the facts */
export function reproducibilitySection(facts: readonly Fact[], remark = ''): string {
  const list = facts.map(({ label, value }) => `<dt>${escape(label)}</dt><dd>${escape(value)}</dd>`).join('');
  const content = [remark, `<dl class="facts">${list}</dl>`].filter(Boolean);
  return section('reproducibility', 'Reproducibility', ...content);
}
