// Study files: YAML (and therefore JSON) with line and column in every complaint.
import { isMap, isNode, isPair, LineCounter, parseDocument, type Node } from 'yaml';
import { SpecError } from '../core/errors.js';
import type { Issue } from '../core/check.js';
import { parseStudySpec, type StudySpec } from './spec.js';

/** Reads a study from YAML or JSON text.
 *  @param file name of the file, for messages.
 *  @throws SpecError with one line "file:line:column: what is wrong" per problem. */
export function readStudySpec(text: string, file: string): StudySpec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new SpecError(document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`).join('\n'));
  }
  const locate = ({ path, onKey }: Issue): string => {
    for (let length = path.length; length > 0; length--) {
      const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
      const key = path[length - 1];
      if (isMap(parent)) {
        const pair = parent.items.find((item) => isPair(item) && String((item.key as Node & { value: unknown }).value) === String(key));
        const node = onKey || !isNode(pair?.value) ? pair?.key : pair.value;
        if (isNode(node) && node.range) return at(node.range[0]);
      }
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return at(document.contents?.range?.[0] ?? 0);
  };
  return parseStudySpec(document.toJS(), locate);
}
