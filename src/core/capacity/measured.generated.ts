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
    "base": 68014080,
    "perCluster": {
      "each": 53731.583114186855,
      "residual": 0.014097494724387732
    },
    "perListener": {
      "each": 58864.07111111111,
      "residual": 0.009547860770721379
    },
    "perConnection": {
      "each": 46260.76919737218,
      "residual": 0.005416784785894247
    },
    "mixedResidual": 0.002699728381561739
  },
  "cpu": {
    "base": 0.0035,
    "requests": {
      "factor": 0.0013691537846156963,
      "exponent": 0.7208695802526931,
      "residual": 0.045890891012528634
    }
  }
};
