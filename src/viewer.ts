// Package entry for pages that show structures and curves: pictures of voxels, charts. uPlot is inside.
export { defineViewer, type ChartContent, type VoxelithViewerElement } from './viewer/element.js';
export {
  axisStyle, chart, CURVES_DEFAULTS, phaseCurves, showCurves, type Curve, type CurvesOptions, type Mark,
} from './viewer/charts.js';
export { CAMERA, type Camera } from './viewer/camera.js';
export { fillOf, lineOf, rgbOf } from './viewer/colours.js';
export type { VoxelField } from './viewer/field.js';
export {
  linkedSlices, paint, showSlices, type LinkedSlices, type LinkedSlicesOptions, type PlaneValues, type Position,
} from './viewer/slices.js';
export {
  structureView, type FieldChoice, type ShownStructure, type StructureView, type StructureViewOptions,
} from './viewer/structure-view.js';
