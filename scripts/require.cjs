// What require('voxelith') gives where Node's require() cannot load ES modules (before 20.19 and 22.12).
throw new Error(
  "voxelith is an ES module: write `const voxelith = await import('voxelith')` instead of require('voxelith'), or use " +
    `Node 20.19, 22.12 or newer, whose require() loads it (this is ${process.version})`,
);
