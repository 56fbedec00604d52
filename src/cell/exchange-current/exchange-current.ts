// How fast lithium crosses the interface at equilibrium, as a function of the surface stoichiometry x of the active
// material and of the electrolyte's concentration e over its initial one (1 in a single-ion electrolyte).

export interface ExchangeCurrent {
  /** In A/m² of interface. */
  value(x: number, e: number): number;
  /** ∂/∂x and ∂/∂e. */
  slopeInSolid(x: number, e: number): number;
  slopeInElectrolyte(x: number, e: number): number;
}
