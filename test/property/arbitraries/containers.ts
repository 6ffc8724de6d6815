import fc from 'fast-check';
import type { Json } from '../../core-fixtures/pods.ts';
import { absentable, text, unknownFields } from './json.ts';

const port = fc.record({
  name: fc.constantFrom('http', ''),
  containerPort: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(80, 8080) },
    { weight: 1, arbitrary: fc.constant(15001) },
  ),
  protocol: fc.constantFrom('TCP', 'UDP'),
});

const resources = fc.record(
  {
    requests: absentable(
      fc.constantFrom<Json>({ cpu: '100m' }, { cpu: '0.5', memory: '64Mi' }, { memory: '64Mi', cpu: '0.009' }),
    ),
    limits: absentable(fc.constantFrom<Json>({ cpu: '1500m' }, { memory: '1024Mi', cpu: '2' }, {})),
    claims: fc.constant([]),
  },
  { requiredKeys: [] },
);

const volumeMount = fc.constantFrom(
  { name: 'data-0', mountPath: '/data' },
  { name: 'data-1', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
);

const probe = fc.constantFrom<Json | null>(
  null,
  { httpGet: { path: '/ready', port: 8080 } },
  { httpGet: { path: '/ready', port: 'http', scheme: 'HTTPS', host: 'web' }, timeoutSeconds: 2 },
  { tcpSocket: { port: 8080 }, periodSeconds: 3 },
  { grpc: { port: 8080 } },
  { exec: { command: ['true'] }, futureField: 1 },
  { httpGet: { path: '/app-health/x/readyz', port: 15020 } },
);

/** A container of an author, without its name. */
export const container: fc.Arbitrary<Json> = fc
  .record({
    unknown: unknownFields,
    known: fc.record(
      {
        image: absentable(fc.constantFrom('registry.example/web:1', 'auto', '')),
        args: fc.array(text, { maxLength: 3 }),
        env: fc.array(fc.record({ name: text, value: text }), { maxLength: 3 }),
        ports: absentable(fc.array(port, { maxLength: 2 })),
        resources: absentable(resources),
        volumeMounts: absentable(fc.array(volumeMount, { maxLength: 2 })),
        readinessProbe: probe,
        livenessProbe: probe,
        lifecycle: fc.constantFrom<Json | null>(
          null,
          {},
          { preStop: { httpGet: { path: '/stop', port: 8080, scheme: 'HTTPS' } } },
          { preStop: { exec: { command: ['true'] } }, postStart: { tcpSocket: { port: 'http' } } },
        ),
        securityContext: absentable(fc.constantFrom<Json>({ runAsUser: 1000 }, { runAsUser: null }, {})),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ unknown, known }) => ({ ...unknown, ...known }));

const override = fc.record(
  {
    name: fc.constant('istio-proxy'),
    image: fc.constantFrom('auto', ''),
    resources: absentable(
      fc.record({ requests: fc.constantFrom<Json>({ cpu: '300m' }, { memory: '256Mi', cpu: '0.009' }) }),
    ),
  },
  { requiredKeys: ['name'] },
);

/** A container under one of the sidecar’s names: mostly an override that is allowed. */
export const namesake: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: override },
  { weight: 1, arbitrary: fc.constant({ name: 'istio-init', image: 'auto' }) },
  { weight: 1, arbitrary: fc.constant({ name: 'istio-proxy', image: 'auto', lifecycle: { preStop: {} } }) },
  { weight: 1, arbitrary: fc.constant({ name: 'istio-proxy', image: 'registry.example/other:1' }) },
);
