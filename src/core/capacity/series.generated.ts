// Written by npm run bench -- --series --save; the table stands in test/bench/RESULTS.md.
import type { SeriesCost } from './series-cost.ts';

export const MEASURED_SERIES: SeriesCost = {
  "date": "2026-11-26",
  "envoy": "1.40.0",
  "idle": 81,
  "upstream": 23,
  "limited": 4,
  "ejecting": 3,
  "faults": 5,
  "answered": 23
};
