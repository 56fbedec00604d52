// Sample C900 of [B] Table 1, printed volume fraction of the solid 0.70.
import { chi2Set } from './neumann2023.js';

export const c900 = chi2Set('c900', 'C900', 0.71, 3.49);
