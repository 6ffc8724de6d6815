import type { LoadFlags } from '../core/capacity/load-sources.ts';
import type { ClusterFlags } from './cluster-call.ts';
import type { OfflineFlags } from './offline-context.ts';
import { OUTPUT_FORMATS } from './output/structured.ts';
import type { PrometheusFlags } from './prometheus-flags.ts';

/** How `capacity` prints. */
export const CAPACITY_OUTPUTS = [...OUTPUT_FORMATS, 'patch', 'helm-values'] as const;

/** The flags of `capacity`. */
export interface CapacityFlags extends OfflineFlags, ClusterFlags, PrometheusFlags, LoadFlags {
  readonly file?: string[];
  readonly plan?: string;
  readonly percentile: number;
  readonly margin: number;
  readonly window: string;
  readonly top: number;
  readonly installedAs: string;
  readonly output: (typeof CAPACITY_OUTPUTS)[number];
}
