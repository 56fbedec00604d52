// The images of a calibration in its report: what was read, what was done, and what came out.
import type { LabelVolume } from '../core/volume.js';
import type { VoxelArray } from '../io/voxels.js';
import { greyFigure, greyHistogramFigure } from './greys.js';
import { escape, section, warningsHtml } from './html.js';
import { colourOf, sliceFigure, sliceOf, type LabelSlice } from './slices.js';

/** An image as the report of a calibration shows it. */
export interface ReportedImage {
  readonly name: string;
  /** Size and steps, one each. */
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  /** As read; null when the file held labels. */
  readonly grey: VoxelArray | null;
  /** Grey values at which classes meet; empty without a segmentation. */
  readonly thresholds: readonly number[];
  readonly labels: LabelVolume;
}

/** Of a label of the image: what it is, and the label whose colour it has in pictures and curves. */
export interface Role {
  readonly name: string;
  readonly colour: 1 | 2 | 3;
}

/** A plane in the colours of the roles, whatever numbers the image has for its labels. */
export function inRoleColours(slice: LabelSlice, roles: ReadonlyMap<number, Role>): LabelSlice {
  return { ...slice, labels: slice.labels.map((label) => roles.get(label)?.colour ?? label) };
}

/** More images than this are only listed. */
const MOST_PICTURES = 4;

/** A section has one plane, whatever it lies across. */
function planeAcross({ shape }: LabelVolume): 'z' | 'y' | 'x' {
  return shape[1] === 1 ? 'y' : shape[2] === 1 ? 'x' : 'z';
}

export function imageSection(images: readonly ReportedImage[], roles: ReadonlyMap<number, Role>): string {
  const legend = [...roles].map(
    ([label, { name, colour }]) =>
      `<li><span class="swatch" style="background:rgb(${colourOf(colour).join(',')})"></span>${label}: ` +
        `${escape(name)}</li>`,
  ).join('');
  const facts = images.map(({ lines: [head, ...steps], warnings }) => {
    const rows = steps.map((line) => {
      const [step, ...rest] = line.split(/\s+/);
      return `<dt>${escape(step)}</dt><dd>${escape(rest.join(' '))}</dd>`;
    });
    const list = rows.length > 0 ? `<dl class="facts">${rows.join('')}</dl>` : '';
    return `<p><b>${escape(head)}</b></p>${list}${warningsHtml(warnings)}`;
  });
  const figures = images.slice(0, MOST_PICTURES).flatMap(({ grey, labels, thresholds }, i) => {
    const suffix = images.length > 1 ? ` ${i + 1}` : '';
    const across = planeAcross(labels);
    return [
      ...(
        grey === null
          ? []
          : [greyFigure(grey, `image${suffix} as read`, 'Middle slice.'), greyHistogramFigure(grey, thresholds)]
      ),
      sliceFigure(inRoleColours(
        sliceOf(
          labels, across, `labels${suffix}`,
          labels.shape.every((n) => n > 1) ? 'Middle slice across z.' : `The section, across ${across}.`,
        ),
        roles,
      )),
    ];
  });
  return section(
    'image', images.length > 1 ? 'Images' : 'Image', facts.join(''), `<ul class="legend">${legend}</ul>`,
    `<div class="grid" style="--n:3">${figures.join('')}</div>`,
  );
}
