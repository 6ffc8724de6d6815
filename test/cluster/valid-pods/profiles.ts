import fc from 'fast-check';
import type { PolicyChanges } from '../../core-fixtures/policies.ts';
import { EVERY_OVERRIDE } from '../../core-fixtures/policies.ts';

type Json = Record<string, unknown>;

const EXTRAS = {
  name: 'extras',
  containers: {
    'istio-proxy': {
      env: [{ name: 'EXTRA', value: '1' }],
      volumeMounts: [{ name: 'spire', mountPath: '/run/spire', readOnly: true }],
    },
    '*': { env: [{ name: 'MESH', value: 'on' }], readinessProbe: { httpGet: { path: '/ready', port: 8080 } } },
  },
  volumes: [{ name: 'spire', csi: { driver: 'csi.spiffe.io', readOnly: true } }],
  labels: { mesh: 'on' },
  annotations: { 'mesh.example/extras': 'true' },
};
const HOST = {
  name: 'host',
  containers: { 'istio-proxy': { volumeMounts: [{ name: 'host-logs', mountPath: '/var/log/host' }] } },
  volumes: [{ name: 'host-logs', hostPath: { path: '/var/log' } }],
};

const istio: fc.Arbitrary<Json> = fc.record(
  {
    compatibility: fc.constantFrom('Corrected', 'Istio'),
    order: fc.constantFrom('Native', 'Classic'),
    capture: fc.constantFrom('Redirect', 'Cni', 'None'),
    holdApplication: fc.boolean(),
    images: fc.constantFrom<Json>(
      { pullSecrets: ['mesh', 'a'], pullPolicy: 'Always' },
      { proxy: 'a/b/c', variant: 'debug' },
    ),
    resources: fc.constantFrom<Json>(
      { requests: {}, limits: {} },
      { requests: { 'ephemeral-storage': '1Gi' }, limits: { 'ephemeral-storage': '2Gi', memory: '1Gi' } },
    ),
    lifecycle: fc.constantFrom<Json>({ preStop: { exec: { command: ['sleep', '5'] } } }),
    mesh: fc.constantFrom<Json>(
      { network: 'net-1', clusterName: 'c1', otelSemanticConventions: true },
      { revision: 'canary', prometheusMerge: false, compliancePolicy: 'fips-140-3' },
    ),
    certificates: fc.constantFrom<Json>(
      { mountedSecret: true, stsPort: 15463 },
      { gkeWorkloadCertificate: true },
      { provider: 'custom' },
    ),
    rights: fc.constantFrom<Json>(
      { privileged: true },
      { netBindService: true },
      { seccompProfile: { type: 'Localhost', localhostProfile: 'profiles/a.json' } },
    ),
    probes: fc.constantFrom<Json>(
      { statusPort: 0 },
      { startup: false, rewrite: false },
      { readinessInitialDelaySeconds: 7 },
    ),
    proxyConfig: fc.constantFrom<Json>(
      { statusPort: 15030, proxyMetadata: { A: 'b' } },
      { interceptionMode: 'TPROXY' },
      { proxyMetadata: { IPTABLES_TRACE_LOGGING: 'true' } },
    ),
    annotations: fc.constant({ 'mesh.example/owner': 'platform' }),
    defaultTemplates: fc.constantFrom(['sidecar'], ['sidecar', 'extras'], ['extras']),
  },
  { requiredKeys: ['compatibility'] },
);

const envoy = fc.record(
  {
    order: fc.constantFrom('Native' as const, 'Classic' as const),
    capture: fc.constantFrom('Redirect' as const, 'None' as const),
    ipFamilies: fc.constantFrom('DualStack' as const, 'IPv4' as const),
  },
  { requiredKeys: [] },
);

// what a pod of compatibility Istio may say to Istio, it may say here
const overrides = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ allow: EVERY_OVERRIDE }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

/** Policies whose pods have the sidecar of an istio profile, and now and then of the envoy profile. */
export const profileChanges: fc.Arbitrary<PolicyChanges> = fc
  .record({
    istio,
    envoy,
    overrides,
    name: fc.oneof({ weight: 6, arbitrary: fc.constant('istio') }, { weight: 1, arbitrary: fc.constant('envoy') }),
  })
  .map(({ istio: spec, envoy: profile, overrides: allowed, name }) => ({
    istio: { templates: [EXTRAS, HOST], ...spec },
    profile,
    spec: {
      profiles: [{ name }],
      ...(allowed && { overrides: { allow: allowed.allow, others: 'Deny' as const } }),
    },
  }));
