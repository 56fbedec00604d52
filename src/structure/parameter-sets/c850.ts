// Sample C850 of [B] Table 1, printed volume fraction of the solid 0.62.
import { chi2Set } from './neumann2023.js';

export const c850 = chi2Set('c850', 'C850', 0.96, 5.47);
