import type { TelemetryCost } from '../../../src/core/capacity/telemetry-cost.ts';
import type { FortioLoad } from '../sidecar/fortio-load.ts';
import { table, whole } from '../tables.ts';
import type { Variant } from './variants.ts';

/** What one sidecar of several cost, and what it told. */
export interface VariantFigure {
  readonly variant: Variant;
  /** Processor time a request. */
  readonly microseconds: number;
  readonly lineBytes: number;
  readonly spansPerRequest: number;
  readonly spanBytes: number;
  readonly series: number;
  readonly scrapeBytes: number;
}

export interface TelemetryFigures {
  readonly rounds: number;
  readonly load: FortioLoad;
  readonly cores: number;
  readonly figures: readonly VariantFigure[];
  readonly cost: TelemetryCost;
}

const TOLD: Readonly<Record<Variant, string>> = {
  nothing: 'metrics alone',
  json: 'every request as JSON',
  gelf: 'every request as GELF',
  traced: 'every request traced',
};

const orNothing = (amount: number, text: string): string => (amount === 0 ? '' : text);

/** The table of what is told, and of what that costs. */
export const telemetryTable = ({ figures, load }: TelemetryFigures): string =>
  table(
    [
      `${load.connections} connections, ${load.rate} requests/s`,
      'CPU us a request',
      'log, B a request',
      'spans a request',
      'B a span',
      'series',
      'B a scrape',
    ],
    figures.map((figure) => [
      TOLD[figure.variant],
      whole(figure.microseconds),
      orNothing(figure.lineBytes, whole(figure.lineBytes)),
      orNothing(figure.spansPerRequest, figure.spansPerRequest.toFixed(2)),
      orNothing(figure.spanBytes, whole(figure.spanBytes)),
      String(figure.series),
      String(figure.scrapeBytes),
    ]),
  );
