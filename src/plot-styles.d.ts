/** Filled by rollup: the style sheet of uPlot. */
declare module 'virtual:plot-styles' {
  export const plotStyles: string;
}
