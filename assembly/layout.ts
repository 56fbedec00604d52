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
