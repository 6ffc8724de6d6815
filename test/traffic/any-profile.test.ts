import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EnvoyProfile } from '../../src/core/api/envoy-profile.ts';
import { ANNOTATIONS, SIDECAR } from '../../src/core/sidecar/names.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { askingPod } from '../core-fixtures/pods.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { envoyValidation } from '../envoy/validation.ts';
import { fromSchema } from '../property/arbitraries/from-schema.ts';

const verdictOf = envoyValidation();

/** What texts mean is not in the schema; a field that is new needs a line here. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  clusterDomain: ['cluster.local', 'a.cluster.example'],
  image: ['envoyproxy/envoy:distroless-v1.40.0', 'registry.example:5000/envoy@sha256:0'],
  // the same amount in several spellings, since a request above its limit refuses the pod
  cpu: ['100m', '0.1', '1e-1'],
  memory: ['128Mi', '134217728', '131072Ki'],
  collector: ['otel-collector.observability:4317', 'localhost:1', '[fd00::7]:4317'],
  outboundCidrs: ['10.0.0.0/8', '0.0.0.0/0', 'fd00::/8', '::/0'],
};

function textOf(name: string): fc.Arbitrary<string> {
  const texts = TEXTS[name];
  if (texts === undefined)
    throw new Error(`the test does not know what ${name} of a profile can be: add it to this file`);
  return fc.constantFrom(...texts);
}

const spec = fromSchema(EnvoyProfile.properties.spec, textOf) as fc.Arbitrary<EnvoyProfile['spec']>;

const probe = fc.record({
  tcpSocket: fc.record({ port: fc.integer({ min: 1, max: 65535 }) }),
  periodSeconds: fc.integer({ min: 1, max: 3600 }),
  timeoutSeconds: fc.integer({ min: 1, max: 3600 }),
});

const container = fc.record({ readinessProbe: probe, livenessProbe: probe, startupProbe: probe }, { requiredKeys: [] });

interface Sidecar {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

const WORDY: ReadonlySet<string | undefined> = new Set(['trace', 'debug', 'info']);

test('the real Envoy takes the command and the configuration of every profile, on every pod with tcpSocket probes', async () => {
  const seen = new Set<string>();
  const property = fc.asyncProperty(spec, container, async (profile, probes) => {
    const pod = askingPod({}, { containers: [{ name: 'web', image: 'registry.example/web:1', ...probes }] });
    const answered = admitted(pod, { policy: policyWith({ profile }) });
    expect(answered.review.response).toMatchObject({ allowed: true });
    const made = patched(pod, answered);
    const containers = [...(made.spec.initContainers ?? []), ...made.spec.containers];
    const { args, env } = containers.find(({ name }) => name === SIDECAR) as unknown as Sidecar;
    const verdict = await verdictOf(made.metadata.annotations?.[ANNOTATIONS.envoyConfig] ?? '', {
      words: (file) =>
        args.map((arg) => (arg.endsWith('/envoy.yaml') ? file : arg.replaceAll('$(POD_IP)', '10.1.2.3'))),
      variables: Object.fromEntries(env.map(({ name, value = '' }) => [name, value])),
    });
    // a deprecated field would be named here, among much else where the log is to be wordy
    if (!WORDY.has(profile.sidecar?.logLevel)) expect(verdict).toBe('');
    for (const [key, value] of Object.entries(profile)) if (typeof value === 'string') seen.add(`${key} ${value}`);
  });
  await fc.assert(property, { numRuns: 40 });
  // every value of what shapes the configuration has been tried
  expect([...seen].sort()).toEqual(expect.arrayContaining(['capture None', 'ipFamilies IPv4', 'order Classic']));
});
