// Sample F900 of [B] Table 1, printed volume fraction of the solid 0.68.
import { chi2Set } from './neumann2023.js';

export const f900 = chi2Set('f900', 'F900', 0.77, 4.63);
