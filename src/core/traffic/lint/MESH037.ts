import { pointer } from '../../json/pointer.ts';
import type { TrafficRule } from './rule.ts';
import { told } from './told.ts';

export const MESH037: TrafficRule = {
  code: 'MESH037',
  level: 'error',
  waivable: false,
  sentence: 'What is about requests stands only where there are requests, and a TCP service is known by its TLS.',
  hint: 'Take it out, or write protocol http, http2 or grpc; a way in to a TCP service has tls.mode: passthrough.',
  evidence:
    'Of a connection that is not HTTP a proxy reads no path, method or header, and a gateway tells one host from another by the TLS of the caller alone. charts/mesh-standard refuses the same.',
  wrong: 'service: {name: a, port: 80, protocol: tcp}\nroutes: [{name: all}]',
  right: 'service: {name: a, port: 80, protocol: tcp}\ncanary: {version: v2, weight: 10}',
  violations(judged) {
    const { service, routes, fault, mirror, canary, expose } = judged.values;
    if (service.protocol !== 'tcp') return [];
    const given = {
      '/routes': routes.length > 0,
      '/fault': fault !== 'none',
      '/mirror': mirror !== 'none',
      '/canary/match': canary !== 'none' && canary.match !== undefined,
      '/canary/mirrorPercent': canary !== 'none' && canary.mirrorPercent !== undefined,
    };
    const speaks = told(judged, '/service/protocol');
    return [
      ...Object.entries(given)
        .filter(([, stands]) => stands)
        .map(([path]) => ({ path, message: `has no meaning for ${speaks}, where there are no requests` })),
      ...expose.flatMap(({ tls }, index) =>
        tls?.mode === 'passthrough'
          ? []
          : [
              {
                path: pointer('expose', index, 'tls', 'mode'),
                message: `is ${tls?.mode ?? 'missing'} with ${speaks}; accepted: passthrough`,
              },
            ],
      ),
    ];
  },
};
