// Written by npm run bench -- --sidecar --save; the points it is fitted to stand in test/bench/RESULTS.md.
import type { Coefficients } from './coefficients.ts';

export const MEASURED: Coefficients = {
  "date": "2026-11-26",
  "envoy": "1.40.0",
  "machine": {
    "cores": 2,
    "model": "Intel(R) Xeon(R) Processor"
  },
  "workers": 2,
  "memory": {
    "base": 70963200,
    "perCluster": {
      "each": 53673.7414840446,
      "residual": 0.015562911822487658
    },
    "perListener": {
      "each": 58219.913846153846,
      "residual": 0.008701093344382295
    },
    "perConnection": {
      "each": 48464.63012853471,
      "residual": 0.006696800891030428
    },
    "mixedResidual": 0.002927574270737976
  },
  "cpu": {
    "base": 0.0035,
    "requests": {
      "factor": 0.0017001967807127624,
      "exponent": 0.7137271702956827,
      "residual": 0.038509215990696795
    }
  }
};
