// The fields of windows that are drawn many times, in the forms of studies and of designs.

/** Parts "size" and "voxel": edges that a page draws in numbers, and the edge of their voxels in µm. */
export const WINDOW_FIELDS = `
        <label>Edge, voxels <select data-part="size" name="size">
          <option>32</option><option selected>48</option><option>64</option><option>96</option>
        </select></label>
        <label>Voxel, µm
          <input data-part="voxel" name="voxel" type="number" min="0.0001" step="any" value="0.4" required>
        </label>`;

/** Part "seed". */
export const SEED_FIELD = `
        <label>Seed
          <input data-part="seed" name="seed" type="number" min="0" max="4294967295" step="1" value="1" required>
        </label>`;
