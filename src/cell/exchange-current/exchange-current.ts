// How fast lithium crosses the interface at equilibrium, as a function of the surface stoichiometry x of the active
// material and of the electrolyte's concentration e over its initial one (1 in a single-ion electrolyte).

/** i0 over the surface stoichiometry x and over e, the salt's concentration over its initial one. */
export interface ExchangeCurrent {
  /** In A/m² of interface. */
  value(x: number, e: number): number;
  /** ∂i0/∂x in A/m². */
  slopeInSolid(x: number, e: number): number;
  /** ∂i0/∂e in A/m². */
  slopeInElectrolyte(x: number, e: number): number;
}
