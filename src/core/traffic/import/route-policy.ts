import type { Cors } from '../../api/traffic/cors.ts';
import type { Fault } from '../../api/traffic/fault.ts';
import { METHODS } from '../../api/traffic/matching.ts';
import type { Retries } from '../../api/traffic/retries.ts';
import { durationAt } from './durations.ts';
import type { Fields } from './fields.ts';

type On<T> = Exclude<T, 'none'>;
export type ReadRetries = Required<On<Retries>> | 'none';

/**
 * What Istio does of itself where a route says nothing about retries.
 * Source: istio.io/istio pilot/pkg/networking/core/route/retry, DefaultPolicy
 */
const ISTIOS_OWN = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled'];
const ISTIOS_ATTEMPTS = 2;
const ENVOYS_BACKOFF = '25ms';
// a word that stands for the statuses beside it
const STATUSES = 'retriable-status-codes';

/** How a route of a VirtualService tries requests again. */
export function retriesOf(route: Fields): ReadRetries {
  const said = route.has('retries');
  const retries = route.group('retries');
  const attempts = retries.number('attempts') ?? ISTIOS_ATTEMPTS;
  const perTryTimeout = durationAt(retries, 'perTryTimeout') ?? 'none';
  const backoff = durationAt(retries, 'backoff') ?? 'none';
  const retryOn = (retries.text('retryOn') ?? ISTIOS_OWN.join())
    .split(',')
    .map((failure) => failure.trim())
    .filter((failure) => failure !== '' && failure !== STATUSES);
  if (retries.flag('retryIgnorePreviousHosts') === false)
    retries.leave('retryIgnorePreviousHosts', 'is false; values always try another pod where there is one');
  retries.end();
  if ((said && attempts === 0) || retryOn.length === 0) return 'none';
  return {
    attempts,
    perTryTimeout,
    retryOn,
    methods: 'all',
    backoff: backoff === 'none' ? ENVOYS_BACKOFF : backoff,
  };
}

/** Failures that a route makes on purpose. */
export function faultOf(route: Fields): On<Fault> | 'none' {
  if (!route.has('fault')) return 'none';
  const fault = route.group('fault');
  const [delay, abort] = [fault.group('delay'), fault.group('abort')];
  // without a percentage Istio does it to no request
  const percentOf = (part: Fields) => part.group('percentage').number('value') ?? part.number('percent') ?? 0;
  const [waits, answers] = [percentOf(delay), percentOf(abort)];
  const duration = durationAt(delay, 'fixedDelay');
  const status = abort.number('httpStatus');
  for (const part of [delay, abort, fault]) part.end();
  const made = {
    ...(duration === undefined || duration === 'none' ? {} : { delay: { percent: waits, duration } }),
    ...(status === undefined ? {} : { abort: { percent: answers, status } }),
  };
  return Object.keys(made).length === 0 ? 'none' : made;
}

/** Which pages of other origins may call through a route. */
export function corsOf(route: Fields): On<Cors> | 'none' {
  if (!route.has('corsPolicy')) return 'none';
  const policy = route.group('corsPolicy');
  const origins = policy.list('allowOrigins').flatMap((origin) => {
    const [kind = ''] = origin.keys();
    const text = origin.text(kind);
    if (text === undefined || (kind !== 'exact' && kind !== 'regex')) {
      origin.leave('', 'accepted: exact or regex');
      return [];
    }
    if (kind === 'exact') return [text];
    if (text === '.*') return ['*'];
    // Istio’s means the whole origin
    return [text.startsWith('^') ? text : `^${text}$`];
  });
  const methods = policy.texts('allowMethods').filter((method) => {
    const isKnown = METHODS.some((known) => known === method);
    if (!isKnown) policy.leave('allowMethods', `has ${method}; accepted: ${METHODS.join(', ')}`);
    return isKnown;
  }) as NonNullable<On<Cors>['methods']>;
  const headersAt = (key: string) => policy.texts(key).map((header) => header.toLowerCase());
  const [headers, exposeHeaders] = [headersAt('allowHeaders'), headersAt('exposeHeaders')];
  const maxAge = durationAt(policy, 'maxAge');
  const credentials = policy.flag('allowCredentials') ?? false;
  policy.end();
  return {
    ...(origins.length > 0 ? { origins } : {}),
    ...(methods.length > 0 ? { methods } : {}),
    ...(headers.length > 0 ? { headers } : {}),
    ...(exposeHeaders.length > 0 ? { exposeHeaders } : {}),
    ...(maxAge === undefined || maxAge === 'none' ? {} : { maxAge }),
    credentials,
  };
}
