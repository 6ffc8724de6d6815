/** The two readings of time that a server needs; only main and the CLI read the real ones. */
export interface Clock {
  /** The date, for records. */
  now(): Date;
  /** Milliseconds since an arbitrary moment, never running backwards, for durations. */
  elapsedMs(): number;
}
