// Where cited papers are: reports and texts name them, and a reader follows the link.
import { escape } from './html.js';

/** Citations as this program writes them, and where they lead. */
const REFERENCES: readonly (readonly [citation: string, url: string])[] = [
  ['Dufter et al. 2026, arXiv 2603.23248', 'https://arxiv.org/abs/2603.23248'],
  ['Bruggeman 1935, Ann. Phys. 416:636', 'https://doi.org/10.1002/andp.19354160705'],
  ['Gaiselmann et al. 2014, AIChE J. 60:1983', 'https://doi.org/10.1002/aic.14416'],
  ['Stenzel, Pecho, Holzer, Neumann, Schmidt 2016, AIChE J. 62:1834', 'https://doi.org/10.1002/aic.15160'],
];

/** Text as HTML, with links to the papers that it cites. */
export function citing(text: string): string {
  return REFERENCES.reduce(
    (html, [citation, url]) => html.replaceAll(escape(citation), `<a href="${url}">${escape(citation)}</a>`),
    escape(text),
  );
}
