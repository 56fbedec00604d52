// Sample M900 of [B] Table 1, printed volume fraction of the solid 0.60.
import { chi2Set } from './neumann2023.js';

export const m900 = chi2Set('m900', 'M900', 1.02, 4.27);
