// Sample F850 of [B] Table 1, printed volume fraction of the solid 0.46.
import { chi2Set } from './neumann2023.js';

export const f850 = chi2Set('f850', 'F850', 1.55, 7.28);
