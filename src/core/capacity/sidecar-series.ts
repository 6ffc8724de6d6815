import { parse } from 'yaml';
import { itemsOf, type Json } from '../compatibility/fit-object.ts';
import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { SeriesCost } from './series-cost.ts';

/** What of the configuration of a sidecar decides how many series it has. */
export interface CountedConfig {
  /** Whether Prometheus can read them at all. */
  readonly shown: boolean;
  /** Of destinations. */
  readonly upstreams: number;
  /** Of these, with limits. */
  readonly limited: number;
  readonly ejecting: number;
  readonly faults: boolean;
}

/** How a sidecar is used, as far as it is known. */
export interface UseOfSidecar {
  /** Whether it is asked over HTTP. */
  readonly serves: boolean;
  /** Whether it calls over HTTP what is no destination of its own. */
  readonly callsOthers: boolean;
  /** How many status codes each upstream answers with. */
  readonly statusCodes: number;
}

const DESTINATION = /^[^.]+\/[^.]+$/;

/** Reads it off a configuration as it stands on a pod: one that this program has rendered. */
export function countedConfig(config: string): CountedConfig {
  // the library takes many references for an attack, and ours has them by the hundred
  const resources = fieldsOf(fieldsOf(parse(config, { maxAliasCount: -1 })).static_resources);
  const upstreams = itemsOf(resources.clusters).filter(({ name }) => DESTINATION.test(asText(name)));
  const listeners = itemsOf(resources.listeners);
  return {
    shown: listeners.some(({ name }) => name === 'prometheus'),
    upstreams: upstreams.length,
    limited: upstreams.filter(isLimited).length,
    ejecting: upstreams.filter(({ outlier_detection }) => outlier_detection !== undefined).length,
    faults: listeners.some(({ name, ...listener }) => name === 'outbound' && mentions(listener, FAULT_FILTER)),
  };
}

const FAULT_FILTER = 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault';
const mentions = (listener: Json, type: string): boolean => JSON.stringify(listener).includes(type);

const isLimited = ({ circuit_breakers }: Json): boolean =>
  itemsOf(fieldsOf(circuit_breakers).thresholds).some(({ track_remaining }) => track_remaining === true);

/** How many series a sidecar has when everything that it knows of has been called. */
export function sidecarSeries(
  { shown, upstreams, limited, ejecting, faults }: CountedConfig,
  { serves, callsOthers, statusCodes }: UseOfSidecar,
  cost: SeriesCost,
): number {
  if (!shown) return 0;
  const answering = upstreams + (serves ? 1 : 0) + (callsOthers ? 1 : 0);
  return (
    cost.idle +
    upstreams * cost.upstream +
    limited * cost.limited +
    ejecting * cost.ejecting +
    (faults ? cost.faults : 0) +
    answering * (cost.answered + statusCodes - 1)
  );
}

/**
 * What Prometheus writes about each target besides: up, scrape_duration_seconds, scrape_samples_scraped,
 * scrape_samples_post_metric_relabeling, scrape_series_added (its documentation, “Jobs and instances”).
 */
export const SERIES_OF_TARGET = 5;
