import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { type Json, type Peer, readPeer } from '../parity/peer.ts';
import { TEMPLATES } from '../parity/settings.ts';
import { moduleSources } from '../tools/module-sources.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { runHelm, template } from './helm-runs.ts';

// Istio’s own chart, of the version that test/istio/peer pins, rendered by Helm with the values of its own injection tests.
const PEER = fileURLToPath(new URL('../istio/peer/', import.meta.url));
const CHART = 'manifests/charts/istio-control/istio-discovery';

let peer: Peer;
let chart: string;
let folder: string;

beforeAll(async () => {
  peer = await readPeer();
  chart = join(await moduleSources(PEER, 'istio.io/istio'), CHART);
  folder = await mkdtemp(join(tmpdir(), 'from-istio-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Made {
  readonly stderr: string;
  readonly spec: Json;
  readonly policy: Json;
  readonly findings: readonly { readonly path: string; readonly proposal?: Json }[];
}

/** Istio’s chart with these values, as text. */
async function renderedChart(values: object, namespace = 'istio-system'): Promise<string> {
  const file = join(folder, 'values.json');
  await writeFile(file, JSON.stringify(values));
  const args = ['template', 'istiod', chart, '--namespace', namespace, '--values', file];
  const { code, stdout, stderr } = await runHelm(4, args);
  if (code !== 0) throw new Error(`Istio’s chart does not render: ${stderr}`);
  return stdout;
}

async function madeOf(values: object, namespace?: string): Promise<Made> {
  const text = await renderedChart(values, namespace);
  const { exit, stdout, stderr } = await pillion(['profile', 'from-istio', '-f', '-', '-o', 'json'], { stdin: text });
  expect(exit).toBe(0);
  const { profile, policy, findings } = JSON.parse(stdout);
  return { stderr, spec: profile.spec, policy: policy.spec, findings };
}

/** What every profile of this chart says: it has other images than the built-in profile. */
const base = () => {
  const { hub, tag } = peer.values.global;
  return { kind: 'Istio', compatibility: 'Istio', images: { hub, tag } };
};

/** The Helm values of one of Istio’s overlays. */
const overlay = (file: string): object => (peer.objects(file)[0] as { spec: { values: object } }).spec.values;

test('the defaults of Istio’s chart are the built-in profile, but for the images', async () => {
  expect(await madeOf({})).toEqual({
    stderr: '',
    spec: base(),
    policy: { optIn: { rule: 'Istio', autoInject: 'enabled' }, profiles: [{ name: 'istio' }] },
    findings: [],
  });
});

test('values of an installation with a revision, the CNI plugin and other settings', async () => {
  const { stderr, spec, policy } = await madeOf(
    {
      revision: 'canary',
      cni: { enabled: true },
      env: { ENABLE_NATIVE_SIDECARS: 'false' },
      global: {
        istioNamespace: 'mesh',
        variant: 'debug',
        proxy: { autoInject: 'disabled', logLevel: 'info', excludeInboundPorts: 9000, resources: { limits: null } },
      },
      meshConfig: { defaultConfig: { holdApplicationUntilProxyStarts: true }, enablePrometheusMerge: false },
      sidecarInjectorWebhook: {
        rewriteAppHTTPProbe: false,
        neverInjectSelector: [{ matchExpressions: [{ key: 'batch', operator: 'Exists' }] }],
        injectedAnnotations: { 'example.com/mesh': 'yes' },
      },
    },
    'mesh',
  );
  expect(stderr).toBe('');
  expect(spec).toEqual({
    ...base(),
    order: 'Classic',
    capture: 'Cni',
    images: { ...base().images, variant: 'debug' },
    resources: { limits: {} },
    logging: { proxy: 'info' },
    traffic: { excludeInboundPorts: '9000' },
    probes: { rewrite: false },
    mesh: { revision: 'canary', istioNamespace: 'mesh', prometheusMerge: false },
    proxyConfig: {
      discoveryAddress: 'istiod-canary.mesh.svc:15012',
      holdApplicationUntilProxyStarts: true,
      image: { imageType: 'debug' },
    },
    annotations: { 'example.com/mesh': 'yes' },
  });
  expect(policy).toEqual({
    optIn: { rule: 'Istio', revision: 'canary' },
    neverInject: [{ matchExpressions: [{ key: 'batch', operator: 'Exists' }] }],
    profiles: [{ name: 'istio-canary' }],
  });
});

/** A template of the parity run as a profile has it: without its empty parts. */
function byHand(name: string): unknown {
  const [template = {}] = TEMPLATES.get(name)?.templates ?? [];
  return Object.fromEntries(Object.entries(template).filter(([, part]) => Object.keys(part as object).length > 0));
}

test('a custom template without actions is written as the parity run has it by hand', async () => {
  const { stderr, spec } = await madeOf(overlay('spire-template.iop.yaml'));
  expect([stderr, spec]).toEqual(['', { ...base(), templates: [byHand('spire')] }]);
});

test('for a custom template with actions that is proposed which the parity run has by hand', async () => {
  const { spec, findings } = await madeOf(overlay('custom-template.iop.yaml'));
  expect(spec).toEqual(base());
  expect(findings).toMatchObject([
    { path: '/data/config/templates/custom', proposal: { templates: [byHand('custom')] } },
  ]);
});

test('amounts that an installation takes away are taken away', async () => {
  const { spec } = await madeOf(overlay('proxy-resources-memory-null.iop.yaml'));
  expect(spec).toEqual({ ...base(), resources: { requests: { cpu: '50m' }, limits: { cpu: '100m' } } });
});

test('what is made is accepted as values of our own chart, as docs/from-istio.md installs it', async () => {
  const { spec, policy } = await madeOf({ revision: 'canary', global: { proxy: { logLevel: 'info' } } });
  const file = join(folder, 'pillion-values.json');
  await writeFile(file, JSON.stringify({ policy, profiles: { 'istio-canary': spec } }));
  const { code, stdout, stderr } = await template(4, ['--values', file]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('istio-canary');
});

test('the value by which docs/from-istio.md switches Istio’s injector off takes away its webhook and leaves its ConfigMaps', async () => {
  const kindsOf = async (values: object) =>
    parseAllDocuments(await renderedChart(values)).map((document) => {
      const { kind, metadata } = (document.toJS() ?? {}) as { kind?: string; metadata?: { name: string } };
      return `${kind} ${metadata?.name}`;
    });
  const [on, off] = [await kindsOf({}), await kindsOf({ global: { operatorManageWebhooks: true } })];
  expect(on.filter((object) => !off.includes(object))).toEqual(['MutatingWebhookConfiguration istio-sidecar-injector']);
  expect(off).toEqual(expect.arrayContaining(['ConfigMap istio-sidecar-injector', 'ConfigMap istio']));
});
