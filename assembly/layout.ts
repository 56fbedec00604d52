// The only file that AssemblyScript and TypeScript both import: numeric constants, nothing else.
//
//   page 0   0x00000  compiler tables (sin/cos/exp coefficients)
//   page 1   0x10000  control block: one word per 64-byte line, so that threads never share a line
//            0x10400  per-thread work counters, one line each (64 threads at most)
//            0x12000  arguments of the running call, for kernels that take a record
//   page 2   0x20000  arena

/** Number of threads that have arrived at the barrier. */
export const CONTROL_ARRIVED = 0x10000;
/** Barrier generation; threads wait on this word. */
export const CONTROL_PHASE = 0x10040;
/** Set to 1 by the host to cancel the running job. */
export const CONTROL_CANCEL = 0x10080;
/** Two latches, one per parity of the barrier generation, 64 bytes apart: 1 when all threads must leave. */
export const CONTROL_VERDICT = 0x100c0;
/** Set to 1 when a thread trapped or died: the others leave at their next barrier. */
export const CONTROL_FAULT = 0x10140;
/** First per-thread line: u64 work done in voxels at +0, u64 largest step between two polls at +8. */
export const CONTROL_WORK = 0x10400;
export const CONTROL_LINE = 64;
export const MAX_THREADS = 64;
/** Where a kernel that takes a record finds it: written by the host before the call, the same for every thread. */
export const CALL_RECORD = 0x12000;
export const CALL_RECORD_BYTES = 1024;
/** First byte of the arena. */
export const ARENA_START = 0x20000;

/** A thread does at most this much work, in voxels, between two looks at the cancel word. */
export const POLL_VOXELS = 1 << 20;
/** Loops over rows look after this much work: rows and planes on top of it stay below POLL_VOXELS. */
export const POLL_STEP = 1 << 16;

export const STATUS_OK = 0;
export const STATUS_CANCELLED = 1;
/** Another thread trapped; this one left its barrier. */
export const STATUS_FAULT = 2;
/** A queue or table lease was too small; the host retries with a larger one. */
export const STATUS_OVERFLOW = 3;

/** Geodesic distances: candidates that a thread pulls before it stores the first of them. */
export const GEODESIC_BATCH = 256;
/** Bytes of a thread's scratch: two tables of 64 offsets, then the final voxels of a batch (index, distance). */
export const GEODESIC_SCRATCH = 512 + 8 * (GEODESIC_BATCH + 1);
/** Bytes of one half of the state: the bound of its round, and a line for each thread. */
export const GEODESIC_HALF = CONTROL_LINE * (1 + MAX_THREADS);

/** Values of a shell of lags, f64: lags, Σ distance, Σ n·coverage, Σ n·centred, Σ n over lags of n pairs of voxels. */
export const SHELL_VALUES = 5;
/** Elements around a line of the metric distance, f32. */
export const METRIC_PAD = 16;

// Key under which (seed, scenario, realisation) become the key of a structure's random numbers (decision 0012).
export const STREAM_KEY0 = 0x766f7865;
export const STREAM_KEY1 = 0x6c697468;

/** Transport: bytes from a level's entry to the next, with addresses of 8 bytes too. */
export const LEVEL_BYTES = 192;
/** Words of a codebook: z, y, x, boundary faces, and whether it is linear. */
export const BOOK_WORDS = 4 * 256 + 16;
/** Classes in a row of the table that gives a face's code from those of its voxels. */
export const FACE_CLASSES = 32;
/** f64 per plane that are counted of a network with any conductances, and of one phase. */
export const FACE_COUNTS = 5;
export const PLAIN_COUNTS = 3;
/** f64 per iteration of a solve: r·z, alpha, beta, energy, Σ r², error estimate. */
export const HISTORY_VALUES = 6;
/** Bytes of the record of islands with addresses of 8 bytes too, which ends with where each set of them starts, and
 *  sets at most. */
export const ISLANDS_BYTES = 128;
export const MAX_ISLAND_SETS = 8;
/** Bytes of the record of connected parts before its levels, and of a level's entry; levels at most: 2³² voxels along
 *  an axis. */
export const PARTS_HEAD = 128;
export const PARTS_ENTRY = 128;
export const MAX_PARTS_LEVELS = 32;
/** i32 that are counted of the blocks of a level: blocks, parts, split blocks, links, red parts. */
export const PARTS_COUNTS = 5;
/** Bytes of the tables by the open faces within a block, and by its voxels that conduct. */
export const PARTS_ROOTS_BYTES = 4 * 4096 + 8 * 256;
/** What joins voxels of a part: all open faces; those of at least a share of the best of both ends; those above a
 *  conductance, where all others are left out. */
export const JOIN_ALL = 0;
export const JOIN_STRONG = 1;
export const JOIN_ABOVE = 2;

/** Squared distances from 255² on do not fit the 16-bit path of distances and openings. */
export const FAR = 65025;
/** Elements before and behind a line in the scratch of distances and openings: as far as a shift can reach, and a block
 *  more. */
export const LINE_PAD = 272;
/** Elements behind a row in the scratch of medians that SIMD loads may read. */
export const MEDIAN_SLACK = 16;
/** Tables of counts of the 256 patterns of 2×2×2 voxels that a thread fills in turns, for the cells inside and again
 *  for those at the border: a count that was just stored is slow to load again. */
export const PATTERN_TABLES = 4;

/** What `labelRuns` counts, in elements of u32: neighbours that differ; by a label's place ends of its runs, its voxels
 *  and those in no block; then by pairs of places (low, high) changes from one to the other, and by pairs and a third
 *  the runs of one or two voxels of the third between the two. */
export const RUNS_CHANGES = 0;
export const RUNS_ENDS = 1;
export const RUNS_VOXELS = 257;
export const RUNS_THIN = 513;
export const RUNS_PAIRS = 769;

/** Watershed: pairs of basins that a thread remembers, a power of two; two words of 8 bytes each. */
export const MEETING_SLOTS = 1 << 14;

/** Grains: bytes of what is added up of each, and directions of the pairs of voxels between which areas are counted. */
export const GRAIN_BYTES = 64;
export const CONTACT_DIRECTIONS = 13;
/** Star-shaped grains, f64 before the coefficients of each: share of the rays that leave the grain once, of those that
 *  leave into no grain, of those that leave the window; ∫ r² dΩ of the rays; volume, surface, least and largest radius
 *  of the harmonics; centroid of what is seen from the centre (z, y, x), from there on. */
export const STAR_RAYS = 0;
export const STAR_OPEN = 1;
export const STAR_CUT = 2;
export const STAR_SQUARE = 3;
export const STAR_VOLUME = 4;
export const STAR_SURFACE = 5;
export const STAR_LEAST = 6;
export const STAR_MOST = 7;
export const STAR_CENTRE = 8;
export const STAR_VALUES = 12;
/** f64 of a particle's place: centre z, y, x; least and largest radius. */
export const STAR_PLACE = 5;

// Electrodes on the voxels: what a voxel is. Of the solid and the electrolyte that hang together with neither the
// collector nor the separator the label has a bit more.
export const LABEL_VOID = 0;
export const LABEL_ELECTROLYTE = 1;
export const LABEL_ACTIVE = 2;
export const LABEL_CARBON = 3;
export const LABEL_SEPARATOR = 4;
export const LABEL_COLLECTOR = 5;
export const LABEL_FLOATING = 8;
/** Labels in a row of the tables of pairs of them. */
export const ELECTRODE_LABELS = 16;
/** Bytes of the law of a face with addresses of 8 bytes too. */
export const FACE_LAW_BYTES = 128;
/** Faces of the interface that are summed up together, and f64 that a piece of them takes. */
export const REACTION_PIECE = 4096;
export const REACTION_SUMS = 10;
/** Numbers per piece of `reactBetween`. */
export const BETWEEN_SUMS = 5;
/** Lithium: f64 that are found out of a block of faces. */
export const LITHIUM_VALUES = 7;
/** f64 per plane of voxels that the charge left over adds up to, and its losses; bytes of a thread's places in the list
 *  of faces. */
export const CHARGE_SUMS = 3;
export const CHARGE_LOSSES = 3;
export const CHARGE_CURSORS = 128;
