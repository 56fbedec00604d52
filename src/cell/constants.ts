// Constants of nature (CODATA 2018).

/** Charge of a mole of electrons in C/mol. */
export const FARADAY = 96485.33212;
/** In J/(mol K). */
export const GAS_CONSTANT = 8.314462618;
/** F/(RT) in 1/V at T in K. */
export const thermalSlope = (temperature: number): number => FARADAY / (GAS_CONSTANT * temperature);
