// Electrodes on the voxels of an image: measured, put into a cell, discharged.
const SPEC = {
  model: 'boolean', size: [14, 16, 15], seed: 5, voxelSizeUm: 0.5, label: 2, matrix: 1,
  parameters: { volumeFraction: 0.6, radius: 5, anisotropyFactor: 1 },
};
const PARTS = { active: 2, electrolyte: 1, axis: 'z' };
const MOMENTS = [{ kind: 'charge', share: 0.5 }, { kind: 'end' }];

async function electrode({ api, session }) {
  const volume = await api.generate(session, SPEC);
  const measured = await api.measureComposite(session, volume, { image: 'scan.npy', ...PARTS });
  const chemistry = api.cells.findChemistry('nmc811-lps');
  const file = JSON.parse(JSON.stringify(api.cells.cellFromImage(measured, chemistry)));
  for (const region of file.regions) {
    if (region.kind === 'separator') region.thickness = { value: 30, unit: 'um', source: 'given' };
  }
  return { volume, file, cell: api.cells.readCell(file, ({ message }) => message).cell };
}

export const operations = [
  {
    name: 'discharge3d',
    run: async (context) => {
      const { volume, file, cell } = await electrode(context);
      const run = await context.api.discharge3d(
        context.session, volume, cell, { ...PARTS, rate: 1, moments: MOMENTS },
      );
      return { file, run };
    },
  },
  {
    name: 'cell of an image',
    run: async (context) => {
      const { cells } = context.api;
      const { cell } = await electrode(context);
      const run = cells.rateTable(cell, [2], { electrodeVolumes: 10 })[0];
      return { curve: cells.curveOf(run), impedance: cells.impedanceSpectrum(run.model, run.last, [1e3, 1, 0.01]) };
    },
  },
];
