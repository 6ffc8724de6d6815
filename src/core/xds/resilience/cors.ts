import { durationMs } from '../../traffic/duration.ts';
import type { EffectiveValues } from '../../traffic/effective-values.ts';
import { type EnvoyMessage, typed } from '../types.ts';

const NAME = 'cors';
const PACKAGE = 'envoy.extensions.filters.http.cors.v3';

/** Does nothing but where a route says so. */
export const CORS_FILTER: EnvoyMessage = { name: NAME, typed_config: typed(`${PACKAGE}.Cors`, {}) };

/** Which pages of other origins may read the answers: the sidecar of the service answers for it, whoever calls. */
export function cors({ cors: values }: EffectiveValues): EnvoyMessage {
  if (values === 'none') return {};
  const list = (items: readonly string[]) => (items.length === 0 ? undefined : items.join(','));
  const texts = {
    allow_methods: list(values.methods),
    allow_headers: list(values.headers),
    expose_headers: list(values.exposeHeaders),
    max_age: values.maxAge === undefined ? undefined : String(Math.ceil(durationMs(values.maxAge) / 1000)),
  };
  return {
    [NAME]: typed(`${PACKAGE}.CorsPolicy`, {
      allow_origin_string_match: values.origins.map(originMatch),
      ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
      allow_credentials: values.credentials,
    }),
  };
}

function originMatch(origin: string): EnvoyMessage {
  if (origin === '*') return { safe_regex: { regex: '.*' } };
  return origin.startsWith('^') ? { safe_regex: { regex: origin } } : { exact: origin };
}
