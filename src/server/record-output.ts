import type { Logger } from 'pino';
import type { Metrics } from '../telemetry/metrics.ts';
import { type RecordFormat, type RecordSink, streamSink } from '../telemetry/record-sink.ts';

const BEING_LOST =
  'decision records are being lost: the reader of stdout is too slow or gone. Reviews are answered all the same';
const LOST = 'stdout is read again; so many decision records were lost meanwhile';

/** The decision records on stdout. Those that are lost are counted, and the log says when that begins and how many they were. */
export const recordOutput = (format: RecordFormat, host: string, metrics: Metrics, log: Logger): RecordSink =>
  streamSink({
    format,
    host,
    destination: 1,
    onDropped: (records, begins) => {
      metrics.records.dropped('stdout', records);
      if (begins) log.error(BEING_LOST);
    },
    onRecovered: (lost) => log.error({ lost }, LOST),
  });
