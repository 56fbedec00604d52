// Islands: clusters of much better conducting voxels in worse ones. Each is almost an equipotential, and how high it
// lies depends on the weak faces around it alone; aggregates that two islands share cannot represent that, and
// Gauss-Seidel needs as many sweeps as the conductivities are apart. So the finest level corrects the level of every
// island by itself (Nicolaides' deflation, SIAM J. Numer. Anal. 24:355, used additively), and the potential starts flat
// within it.

/** Describes the islands of a network; the host gives the addresses. */
@unmanaged
export class Islands {
  /** One for each gap between conductivities; 0: the cycle lifts none. */
  sets: i32;
  /** u32[islands + 1]: where an island's members begin. */
  starts: usize;
  /** u32: elements of a field. */
  members: usize;
  /** f64 per island: 1 / Σ of the weak faces around it. */
  inverseEnergies: usize;
  /** f64 per island, scratch. */
  gains: usize;

  /** First island of a set, i32: they lie behind the fields. */
  @inline
  first(set: i32): i32 { return load<i32>(changetype<usize>(this) + (<usize>set << 2), offsetof<Islands>()); }

  @inline
  setFirst(set: i32, island: i32): void {
    store<i32>(changetype<usize>(this) + (<usize>set << 2), island, offsetof<Islands>());
  }
}
