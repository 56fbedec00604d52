// Sample M850 of [B] Table 1, printed volume fraction of the solid 0.52.
import { chi2Set } from './neumann2023.js';

export const m850 = chi2Set('m850', 'M850', 1.31, 6.01);
