import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EnvoyProfile } from '../../src/core/api/envoy-profile.ts';
import { ANNOTATIONS, SIDECAR } from '../../src/core/sidecar/names.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { askingPod } from '../core-fixtures/pods.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { findEnvoy } from '../envoy/binary.ts';

const run = promisify(execFile);
let envoy: string;
let folder: string;

beforeAll(async () => {
  envoy = await findEnvoy();
  folder = await mkdtemp(join(tmpdir(), 'pillion-profiles-'));
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

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

/** Any value that a schema allows. */
function allowedBy(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(
        ([key, field]) => [key, allowedBy(field, key)] as const,
      );
      const required = schema.required ?? [];
      return fc.record(Object.fromEntries(fields), {
        requiredKeys: fields.map(([key]) => key).filter((key) => required.includes(key)),
      });
    }
    case 'array': {
      const items = allowedBy(schema.items ?? {}, name);
      const maxLength = Math.min(schema.maxItems ?? 4, 4);
      return schema.uniqueItems ? fc.uniqueArray(items, { maxLength }) : fc.array(items, { maxLength });
    }
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 });
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000, noNaN: true });
    case 'string': {
      const texts = TEXTS[name];
      if (texts) return fc.constantFrom(...texts);
    }
  }
  throw new Error(`the test does not know what ${name} of a profile can be: add it to any-profile.test.ts`);
}

const spec = allowedBy(EnvoyProfile.properties.spec as unknown as Schema, 'spec') as fc.Arbitrary<EnvoyProfile['spec']>;

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
    const file = join(folder, 'envoy.yaml');
    await writeFile(file, made.metadata.annotations?.[ANNOTATIONS.envoyConfig] ?? '');
    const own = args.map((arg) => (arg.endsWith('/envoy.yaml') ? file : arg.replaceAll('$(POD_IP)', '10.1.2.3')));
    const variables = Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
    const { stderr } = await run(envoy, [...own, '--mode', 'validate'], { env: { ...process.env, ...variables } });
    // a deprecated field would be named here, among much else where the log is to be wordy
    if (!WORDY.has(profile.sidecar?.logLevel)) expect(stderr).toBe('');
    for (const [key, value] of Object.entries(profile)) if (typeof value === 'string') seen.add(`${key} ${value}`);
  });
  await fc.assert(property, { numRuns: 40 });
  // every value of what shapes the configuration has been tried
  expect([...seen].sort()).toEqual(expect.arrayContaining(['capture None', 'ipFamilies IPv4', 'order Classic']));
}, 180_000);
