import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { ANNOTATIONS, SIDECAR } from '../../src/core/sidecar/names.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { type FallbackRow, RECORD_ID, REFUSED, SAME, UNTOUCHED } from './fallback-pods.ts';
import { HAS_MUTATING_POLICIES } from './mutating-policies.ts';
import type { PillionProcess } from './pillion-process.ts';
import { policyFile } from './policy-file.ts';
import { webhookInForce } from './registered.ts';
import { ENABLED, testCluster } from './test-cluster.ts';
import { told } from './without-pillion.ts';

const CONFIGURATION = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zz-pillion-inject';
const SELECTED = ['-l', 'app.kubernetes.io/managed-by=pillion'];

const NAMESPACES = {
  shop: ENABLED,
  plain: { ...ENABLED, sidecar: 'plain' },
  revision: { 'istio.io/rev': 'default' },
  closed: {},
  'pillion-system': ENABLED,
};

const UNTIL = { reason: 'it moves to another cluster', expires: '2099-12-31' };

const POLICY = policyFile({
  spec: {
    neverInject: [{ matchLabels: { tier: 'data' } }],
    alwaysInject: [{ matchLabels: { mesh: 'always' } }],
    exclusions: [
      { podSelector: { matchLabels: { app: 'legacy' } }, ...UNTIL },
      {
        namespaceSelector: { matchLabels: { sidecar: 'plain' } },
        podSelector: { matchLabels: { tier: 'edge' } },
        ...UNTIL,
      },
    ],
    profiles: [
      { name: 'classic', podSelector: { matchLabels: { sidecar: 'classic' } } },
      { name: 'plain', namespaceSelector: { matchLabels: { sidecar: 'plain' } } },
      { name: 'envoy' },
    ],
  },
  more: {
    classic: {
      order: 'Classic',
      features: ['Observability', 'Resilience'],
      telemetry: {
        tracing: { samplingPercent: 1, propagation: 'W3C', collector: 'otel-collector.observability:4317' },
        accessLog: { mode: 'Errors', sampledPercent: 1, format: 'Json', includeQuery: false },
      },
    },
    plain: { order: 'Native', features: [], capture: 'None' },
  },
});

const cluster = testCluster(NAMESPACES);
const ROWS = [...SAME, ...REFUSED, ...UNTOUCHED];

let pillion: PillionProcess;
let exported: string;
/** What the webhook made of each pod. */
const byWebhook = new Map<FallbackRow, Awaited<ReturnType<typeof tried>>>();

const tried = ({ namespace, pod }: FallbackRow) =>
  cluster.api.call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod);

const isInjected = (body: object) => annotationOf(body, ANNOTATIONS.status) !== undefined;

async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await cluster.controlPlane.kubectl([...args], input);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function fallbackText(): Promise<string> {
  const as = ['--as', 'MutatingAdmissionPolicy', '--policy', 'policy.yaml'];
  const { exit, stdout } = await commandLine(['policy', 'export', ...as], { files: { 'policy.yaml': POLICY } });
  expect(exit).toBe(0);
  return stdout;
}

async function startPillion(): Promise<void> {
  const args = ['--policy', join(cluster.controlPlane.folder, 'policy.yaml'), '--drain-seconds', '0'];
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args });
  await webhookInForce(cluster.controlPlane, 'shop');
}

/** A pod without what differs between two creations of it. */
function comparable(body: Json): unknown {
  const { metadata, spec, status } = body as PodJson & { status: Json };
  const { uid, creationTimestamp, managedFields, annotations, ...others } = metadata;
  const { [ANNOTATIONS.status]: text = '{}', ...said } = annotations ?? {};
  const { recordId, specDigest, madeBy, ...rest } = JSON.parse(text);
  const volume = spec.volumes?.map(({ name }) => String(name)).find((name) => name.startsWith('kube-api-access-'));
  const normalised = JSON.stringify({
    ...others,
    ...(others.generateName ? { name: '' } : {}),
    said,
    rest,
    spec,
    status,
  })
    .replaceAll(String(recordId), 'RECORD')
    .replaceAll(volume ?? 'kube-api-access-none', 'TOKEN');
  return JSON.parse(normalised);
}

const titled = (title: string): FallbackRow => {
  const found = SAME.find((row) => row.title === title);
  if (found === undefined) throw new Error(`no pod ${title} is tried`);
  return found;
};

const annotationOf = (body: object, key: string) => (body as PodJson).metadata.annotations?.[key];
const statusOf = (body: object): unknown => JSON.parse(annotationOf(body, ANNOTATIONS.status) ?? '{}');
const configOf = (body: object) => annotationOf(body, ANNOTATIONS.envoyConfig);

if (HAS_MUTATING_POLICIES)
  describe('while the webhook is away and its fallback is in force', () => {
    beforeAll(async () => {
      await writeFile(join(cluster.controlPlane.folder, 'policy.yaml'), POLICY);
      for (const namespace of Object.keys(NAMESPACES)) await cluster.controlPlane.waitForServiceAccount(namespace);
      await startPillion();
      for (const row of ROWS) byWebhook.set(row, await tried(row));
      exported = await fallbackText();
      await pillion.process.stop();
      await cluster.api.call('DELETE', CONFIGURATION);
      await kubectl(['apply', '-f', '-'], exported);
      await eventually('the fallback is in force', async () => {
        const { status, body } = await tried(titled('of a Deployment'));
        return status === 201 && isInjected(body);
      });
    });

    describe('a pod is the same as the webhook makes it, but for its record and the digest that nobody reads', () => {
      test.each(SAME)('$title', async (row) => {
        const before = byWebhook.get(row);
        const { status, body, warnings } = await tried(row);
        expect({ status, body, warnings }).toMatchObject({ status: 201, warnings: [] });
        expect(isInjected(before?.body ?? {})).toBe(true);
        expect(comparable(body)).toEqual(comparable(before?.body ?? {}));
      });
    });

    test.each(REFUSED)('a pod $title is left alone, and refused by the final state', async (row) => {
      const { status, text } = told(await tried(row));
      const says = "'pillion-final-state' denied request: this pod is to have a sidecar";
      expect({ status, text }).toEqual({ status: 403, text: expect.stringContaining(says) });
    });

    test.each(UNTOUCHED)('a pod $title starts as it is', async (row) => {
      const { status, body } = await tried(row);
      expect([status, isInjected(body)]).toEqual([201, false]);
      expect(comparable(body)).toEqual(comparable(byWebhook.get(row)?.body ?? {}));
    });

    test('applying the same export again changes nothing', async () => {
      const again = await kubectl(['apply', '-f', '-'], exported);
      expect(again.trim().split('\n')).toEqual(
        parseAllDocuments(exported).map(() => expect.stringMatching(/ unchanged$/)),
      );
    });

    test('a pod that mounts a volume of ours, which it does not bring, is refused without it', async () => {
      const mount = { name: 'pillion-envoy-run', mountPath: '/x' };
      const spec = { containers: [{ name: 'app', image: 'registry.example/app:1', volumeMounts: [mount] }] };
      const { status, text } = told(
        await tried({ ...titled('of a Deployment'), pod: { ...titled('of a Deployment').pod, spec } }),
      );
      expect([status, text]).toEqual([422, expect.stringContaining('Not found: "pillion-envoy-run"')]);
    });

    test('with the webhook back, both in force give one sidecar, the one that was there first, and the pod counts as injected', async () => {
      await startPillion();
      for (const row of SAME) {
        const { status, body } = await tried(row);
        expect([row.title, status]).toEqual([row.title, 201]);
        expect(comparable(body)).toEqual(comparable(byWebhook.get(row)?.body ?? {}));
      }
      const { body } = await tried(titled('of a Deployment'));
      expect(statusOf(body)).toMatchObject({ recordId: RECORD_ID, madeBy: 'pillion-fallback-envoy' });
      const explained = await commandLine(
        ['explain', '-f', '-', '--policy', 'policy.yaml', '-n', 'shop', '--namespace-label', 'istio-injection=enabled'],
        { files: { 'policy.yaml': POLICY }, stdin: JSON.stringify(body) },
      );
      expect(explained.stdout).toContain('skip    already-injected: ');
    });

    test('what Services say comes with the webhook: it completes the sidecar that is there', async () => {
      const ports = [{ containerPort: 8080 }];
      const row = titled('of the Classic profile');
      const spec = { containers: [{ name: 'app', image: 'registry.example/app:1', ports }] };
      const pod = { ...row.pod, spec };
      const before = (await tried({ ...row, pod })).body;
      for (const [name, values] of [
        ['web', { service: { name: 'web', port: 80 }, dependsOn: ['inventory'] }],
        [
          'inventory',
          { service: { name: 'inventory', port: 80 }, timeout: '3s', retries: 'none', outlierDetection: 'none' },
        ],
      ] as const) {
        const metadata = { name, annotations: { 'pillion.io/traffic': JSON.stringify(values) } };
        const service = { metadata, spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] } };
        const answer = await cluster.api.call('POST', '/api/v1/namespaces/shop/services', service);
        expect([answer.status, answer.warnings.join()]).toEqual([201, expect.not.stringContaining('is not accepted')]);
      }
      let after: Json = {};
      await eventually('the Service counts', async () => {
        after = (await tried({ ...row, pod })).body;
        return configOf(after) !== configOf(before);
      });
      expect(statusOf(before)).toMatchObject({ recordId: RECORD_ID, madeBy: 'pillion-fallback-classic' });
      expect(statusOf(after)).toMatchObject({ recordId: RECORD_ID, specDigest: expect.any(String) });
      expect((after as PodJson).spec.containers.map(({ name }) => name)).toEqual(['app', SIDECAR]);
    });

    test('one command takes all of it away', async () => {
      await kubectl(['delete', 'mutatingadmissionpolicybindings,mutatingadmissionpolicies', ...SELECTED]);
      expect(await kubectl(['get', 'mutatingadmissionpolicies', '-o', 'name'])).toBe('');
    });
  });
else
  test('an API server that has no such policies says so when they are applied', async () => {
    await expect(kubectl(['apply', '-f', '-'], await fallbackText())).rejects.toThrow(
      /no matches for kind "MutatingAdmissionPolicy"/,
    );
  });
