import { expect, test } from '@jest/globals';
import { TIERS } from '../../../src/core/api/traffic/service.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { effectiveValues } from '../../../src/core/traffic/effective-values.ts';
import { readTrafficDefaults } from '../../../src/core/traffic/read-defaults.ts';
import { readTrafficValues } from '../../../src/core/traffic/read-values.ts';

const SMALLEST = 'service: {name: catalog, port: 8080}';

function effective(text: string, defaults = BUILT_IN_TRAFFIC_DEFAULTS) {
  const read = readTrafficValues(text.includes('service:') ? text : `${SMALLEST}\n${text}`, 'values.yaml');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return effectiveValues(read.value, defaults);
}

function company(text: string) {
  const read = readTrafficDefaults(`meshVersion: 1\n${text}`, 'defaults.yaml');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

test('the smallest values are complete, and everything in them is the company’s', () => {
  const { values, origins } = effective('');
  expect(values).toMatchObject({ timeout: '10s', retries: { attempts: 2 }, canary: 'none', routes: [] });
  expect(values).not.toHaveProperty('environment');
  expect([...origins].filter(([, origin]) => origin === 'project').map(([path]) => path)).toEqual([
    '/service/name',
    '/service/port',
  ]);
});

test('each layer takes precedence over the one before, field by field', () => {
  const defaults = company(`
defaults: {timeout: 1s, retries: {attempts: 1, perTryTimeout: 1s, backoff: 1s}}
tiers: {critical: {timeout: 2s, retries: {attempts: 2, perTryTimeout: 2s}}}
environments: {production: {timeout: 3s, retries: {attempts: 3}}}`);
  const text = 'service: {name: a, port: 1, tier: critical}\nenvironment: production\n';
  const { values, origins } = effective(`${text}timeout: 4s`, defaults);
  expect(values.timeout).toBe('4s');
  expect(values.retries).toMatchObject({ attempts: 3, perTryTimeout: '2s', backoff: '1s', methods: 'idempotent' });
  expect(
    ['timeout', 'retries/attempts', 'retries/perTryTimeout', 'retries/backoff', 'retries/methods'].map((path) =>
      origins.get(`/${path}`),
    ),
  ).toEqual(['project', 'environment production', 'tier critical', 'defaults', 'built in']);
});

test('the company chooses the tier of a service that names none', () => {
  const defaults = company(
    'defaults: {service: {tier: critical}}\ntiers: {critical: {timeout: 2s}, standard: {timeout: 9s}}',
  );
  expect(effective('', defaults).values).toMatchObject({ service: { tier: 'critical' }, timeout: '2s' });
  expect(effective('', company('tiers: {standard: {timeout: 9s}}')).values.timeout).toBe('9s');
});

test('without defaults every feature is off', () => {
  const { values, origins } = effective('', company(''));
  expect(values).toMatchObject({
    timeout: 'none',
    retries: 'none',
    retryBudget: 'none',
    circuitBreaker: 'none',
    outlierDetection: 'none',
    cors: 'none',
    fault: 'none',
    telemetry: { accessLog: 'none', tracing: 'none' },
  });
  expect(origins.get('/retries')).toBe('built in');
});

test('the word none switches a feature off, and a later layer on again with the fields of all layers', () => {
  const off = effective('retries: none\noutlierDetection: none\ntimeout: none');
  expect(off.values).toMatchObject({ retries: 'none', outlierDetection: 'none', timeout: 'none' });
  expect(off.origins.get('/retries')).toBe('project');
  const on = effective('service: {name: a, port: 1, tier: best-effort}\nretries: {attempts: 1}');
  expect(on.values.retries).toMatchObject({ attempts: 1, perTryTimeout: '3s' });
  expect(on.origins.get('/retries/attempts')).toBe('project');
  expect(on.origins.get('/retries/perTryTimeout')).toBe('defaults');
});

test('one limit of a feature can be taken back, and the others stay', () => {
  const { values, origins } = effective(
    'circuitBreaker: {maxRequests: none}\noutlierDetection: {consecutive5xx: none}',
  );
  expect(values.circuitBreaker).toMatchObject({ maxRequests: 'none', maxConnections: 256, idleTimeout: 'none' });
  expect(values.outlierDetection).toMatchObject({ consecutive5xx: 'none', consecutiveGatewayErrors: 3 });
  expect(
    ['maxRequests', 'maxConnections', 'idleTimeout'].map((name) => origins.get(`/circuitBreaker/${name}`)),
  ).toEqual(['project', 'defaults', 'built in']);
});

test('lists are replaced as a whole, and so is what a hash is made of', () => {
  expect(effective('retries: {retryOn: [reset]}').values.retries).toMatchObject({ retryOn: ['reset'] });
  const defaults = company('defaults: {loadBalancing: {algorithm: consistent-hash, hash: {cookie: id}}}');
  expect(effective('loadBalancing: {hash: {header: x-user}}', defaults).values.loadBalancing).toMatchObject({
    algorithm: 'consistent-hash',
    hash: { header: 'x-user' },
  });
});

test('a route takes from the service what it does not say itself', () => {
  const { values, origins } = effective(`
service: {name: a, port: 1, tier: critical}
retries: {attempts: 1}
routes:
  - {name: search, match: [{path: {prefix: /search}}], timeout: 1s, retries: {perTryTimeout: 450ms}}
  - {name: slow, retries: none, fault: {abort: {percent: 1, status: 503}}}`);
  expect(values.routes).toMatchObject([
    { name: 'search', timeout: '1s', retries: { attempts: 1, perTryTimeout: '450ms' }, fault: 'none' },
    { name: 'slow', timeout: '3s', retries: 'none' },
  ]);
  expect(
    ['0/timeout', '0/retries/attempts', '0/retries/backoff', '1/timeout', '1/fault/abort/percent'].map((path) =>
      origins.get(`/routes/${path}`),
    ),
  ).toEqual(['project', 'project', 'defaults', 'tier critical', 'project']);
});

test('every tier has a part of the built-in defaults', () => {
  expect(Object.keys(BUILT_IN_TRAFFIC_DEFAULTS.tiers ?? {})).toEqual([...TIERS]);
});
