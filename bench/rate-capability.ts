// Rate capability of the structures of examples/iwamoto-half-cell, with particles of D_SCA and of D50.
//   node examples/iwamoto-half-cell/run.mjs && npm run figure:cells -- [--from out/iwamoto-half-cell/capacities.csv]
// Writes docs/images/rate-capability.svg.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseCsv } from '../src/io/csv.js';
import { lines, type Line } from '../src/report/chart.js';
import { writeFigure } from './figure.js';

const { values: { from } } = parseArgs({ options: {
  from: { type: 'string', default: 'out/iwamoto-half-cell/capacities.csv' },
} });
const { rows, columns } = parseCsv(from, readFileSync(from, 'utf8'));
const COLUMN = /^mAhPerGram_(.+)C$/;
const rates = columns.filter((column) => COLUMN.test(column)).map((column) => Number(COLUMN.exec(column)![1]));

const series = rows
  // D50 is one diameter: its rows are the same for all structures, which the example checks.
  .filter(({ particles }, i) => particles === 'D_SCA' || rows.findIndex((row) => row.particles === particles) === i)
  .map((row, _i, shown): Line => ({
    name: `${row.particles} ${Number(row.diameterUm).toFixed(1)} µm`,
    colour: row.particles === 'D50' ? 'p0' : `p${1 + shown.filter((one) => one.particles !== 'D50').indexOf(row)}`,
    dashed: row.particles === 'D50',
    x: rates,
    y: rates.map((rate) => Number(row[`mAhPerGram_${rate}C`])),
  }));
writeFigure('docs/images/rate-capability.svg', lines(series, {
  title: 'NCA in LPS glass, three structures of the same ε and M', xLabel: 'C-rate', yLabel: 'capacity (mAh/g)',
  xScale: 'log', names: 'ends', width: 520, height: 320,
}));
