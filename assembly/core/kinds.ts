// Types that say in a kernel's signature what WebAssembly's cannot; scripts/abi.mjs reads them.
// Besides: usize is an address, bool a flag, and counts are i32 or u32.

/** An address, or 0: absent. */
export type Optional = usize;
