import { expect, test } from '@jest/globals';
import { MEASURED_TELEMETRY } from '../../../src/core/capacity/telemetry.generated.ts';
import { type TelemetryCost, telemetryVolume } from '../../../src/core/capacity/telemetry-cost.ts';

/** Of round numbers. */
const ROUND: TelemetryCost = {
  date: '2026-01-01',
  envoy: '1.2.3',
  lineBytes: { json: 500, gelf: 600 },
  spansPerRequest: 1,
  spanBytes: 600,
  series: 2000,
  scrapeBytes: 200_000,
  microseconds: { json: 20, gelf: 30, traced: 50 },
};

test('what a pod makes its log and its collector take is what is told of each request, times those of which it is told', () => {
  const told = { requestsPerSecond: 1000, loggedPercent: 2, format: 'Json', tracedPercent: 10 } as const;
  expect(telemetryVolume(told, ROUND)).toEqual({
    logBytesPerSecond: 10_000,
    spansPerSecond: 100,
    spanBytesPerSecond: 60_000,
    series: 2000,
  });
  expect(telemetryVolume({ ...told, format: 'Gelf' }, ROUND).logBytesPerSecond).toBe(12_000);
  expect(telemetryVolume({ ...told, loggedPercent: 0, tracedPercent: 0 }, ROUND)).toMatchObject({
    logBytesPerSecond: 0,
    spansPerSecond: 0,
  });
});

test('one sidecar makes one span of a request', () => {
  expect(MEASURED_TELEMETRY.spansPerRequest).toBeCloseTo(1, 1);
});
