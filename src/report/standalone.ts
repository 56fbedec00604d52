// Figures of reports as files of their own, for pages in docs/ and for papers.
import { checkArguments } from '../core/arguments.js';

/** What the report's page gives its charts, for a chart that stands alone on paper of any colour. */
const STYLE = `<style>${[
  'svg{background:#fff;font:11px system-ui,sans-serif}text{fill:#333}.title{font-weight:600;font-size:12px}\n',
  '.gridline{stroke:#e3e3e3}.axis{stroke:#888}.one{stroke:#888;stroke-dasharray:4 3}.line{fill:none;stroke-width:1.8}',
  '.p0{stroke:#667085}.p1{stroke:#b42318}.p2{stroke:#175cd3}.p3{stroke:#067647}.p4{stroke:#b54708}',
  '.p5{stroke:#6941c6}.p6{stroke:#0e7090}\n',
  '.train{fill:none}.test{stroke-width:.6}.test.p1{fill:#b42318}.test.p2{fill:#175cd3}.test.p3{fill:#067647}',
  '.test.p0{fill:#667085}.test.p4{fill:#b54708}.error{stroke-width:.8;stroke-opacity:.45;fill:none}\n',
  '.fill,.band{stroke:none}.p1.fill,.p1.band{fill:#b42318}',
  '.p2.fill,.p2.band{fill:#175cd3}.p4.fill,.p4.band{fill:#b54708}.band{fill-opacity:.13}',
  '.range{stroke-width:2.5}',
].join('')}</style>`;

/** An SVG of a report with the style that its page gives it. */
export function standaloneSvg(svg: string): string {
  checkArguments('standaloneSvg', { svg: [svg, 'text'] });
  return `${svg.replace('<title>', `${STYLE}<title>`)}\n`;
}

/** Charts of one size side by side, `columns` in a row, as one. */
export function panels(
  title: string, charts: readonly string[], columns: number, width: number, height: number,
): string {
  const rows = Math.ceil(charts.length / columns);
  const placed = charts.map((svg, i) =>
    svg.replace(
      '<svg ',
      `<svg x="${(i % columns) * width}" y="${Math.floor(i / columns) * height}" width="${width}" height="${height}" `,
    ));
  return `<svg viewBox="0 0 ${columns * width} ${rows * height}" role="img" ` +
    `xmlns="http://www.w3.org/2000/svg"><title>${title}</title>${placed.join('')}</svg>`;
}
