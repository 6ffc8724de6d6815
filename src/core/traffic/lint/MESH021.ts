import type { TrafficRule } from './rule.ts';
import { told } from './told.ts';

/** What refuses requests, where connections alone do not. */
const REFUSING = { http: 'maxPendingRequests', http2: 'maxRequests', grpc: 'maxRequests', tcp: undefined } as const;

export const MESH021: TrafficRule = {
  code: 'MESH021',
  level: 'warning',
  sentence: 'A limit on connections comes with one on requests, which is what refuses any.',
  hint: 'Write maxPendingRequests for HTTP/1.1, maxRequests for HTTP/2 and gRPC.',
  evidence:
    'Over HTTP/1.1 a request beyond maxConnections waits, over HTTP/2 it shares a connection: istio/istio#19454, mosip-infra#1892.',
  shownBy: [
    'test/traffic/traffic-rules.test.ts',
    'MESH021: over HTTP/1.1 a request beyond maxConnections waits, and maxPendingRequests refuses',
  ],
  wrong: 'circuitBreaker: {maxConnections: 10}',
  right: 'circuitBreaker: {maxConnections: 10, maxPendingRequests: 10}',
  exampleDefaults: 'meshVersion: 1\ndefaults: {retries: none}',
  violations(judged) {
    const { circuitBreaker, service } = judged.values;
    const refusing = REFUSING[service.protocol];
    if (circuitBreaker === 'none' || refusing === undefined || circuitBreaker[refusing] !== 'none') return [];
    const path = '/circuitBreaker/maxConnections';
    if (circuitBreaker.maxConnections === 'none') return [];
    const message = `${told(judged, path)} refuses no request of ${told(judged, '/service/protocol')} without ${refusing}`;
    return [{ path, message }];
  },
};
