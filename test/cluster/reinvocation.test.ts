import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ANNOTATIONS, REDIRECT, SIDECAR } from '../../src/core/sidecar/names.ts';
import { VOLUMES } from '../../src/core/sidecar/profiles/envoy/names.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { eventually } from './eventually.ts';
import { callsOf, counterOf } from './metrics.ts';
import { type OtherWebhook, type PodChange, startOtherWebhook } from './other-webhook.ts';
import { type PillionLauncher, type PillionProcess, pillionLauncher } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { type AuditEvent, auditEventsIn, recordsIn } from './records.ts';
import { webhookInForce } from './registered.ts';

const ASKING = simplePod('web', { annotations: ASKS }) as unknown as PodJson;
const AGENT = {
  name: 'agent',
  image: 'registry.example/agent:1',
  readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 7 },
};
const AGENT_INIT = { name: 'agent-init', image: 'registry.example/agent:1' };

type List = readonly Json[] | null | undefined;
const has = (list: List, { name }: Json) => (list ?? []).some((element) => element.name === name);
const first = (list: List, element: Json) => [element, ...(list ?? []).filter(({ name }) => name !== element.name)];
const added = (list: unknown, element: Json) =>
  has(list as List, element) ? list : [...((list ?? []) as Json[]), element];
const equipped = (container: Json): Json => ({
  ...container,
  env: added(container.env, { name: 'AGENT', value: 'on' }),
  volumeMounts: added(container.volumeMounts, { name: 'agent', mountPath: '/agent' }),
});

const CHANGES = {
  'adds a container with a probe and keeps it in front': ({ spec, ...pod }) => ({
    ...pod,
    spec: { ...spec, containers: first(spec.containers, AGENT) },
  }),
  'adds an init container in front': ({ spec, ...pod }) => ({
    ...pod,
    spec: has(spec.initContainers, AGENT_INIT)
      ? spec
      : { ...spec, initContainers: first(spec.initContainers, AGENT_INIT) },
  }),
  'adds an init container and keeps it in front': ({ spec, ...pod }) => ({
    ...pod,
    spec: { ...spec, initContainers: first(spec.initContainers, AGENT_INIT) },
  }),
  'adds a volume, and a mount and a variable to every container': ({ spec, ...pod }) => ({
    ...pod,
    spec: {
      ...spec,
      containers: spec.containers.map(equipped),
      initContainers: (spec.initContainers ?? []).map(equipped),
      volumes: added(spec.volumes, { name: 'agent', emptyDir: {} }) as Json[],
    },
  }),
} satisfies Record<string, PodChange>;

// which calls the API server makes, in order, and what they do; names are sorted, so `aa` is called before ours and `zzz` after.
// "nothing" is a second call for the token that the API server mounts into the container of the other webhook
type Calls = readonly ('injects' | 'completes' | 'nothing')[];
const TWICE: Calls = ['injects', 'nothing'];
const COMPLETED: Calls = ['injects', 'completes'];
const ROWS: readonly (readonly [keyof typeof CHANGES, 'aa' | 'zzz', 'IfNeeded' | 'Never', Calls, 'other'?])[] = [
  ['adds a container with a probe and keeps it in front', 'aa', 'IfNeeded', TWICE],
  ['adds a container with a probe and keeps it in front', 'aa', 'Never', TWICE],
  ['adds a container with a probe and keeps it in front', 'zzz', 'IfNeeded', TWICE],
  ['adds a container with a probe and keeps it in front', 'zzz', 'Never', TWICE],
  ['adds an init container in front', 'aa', 'IfNeeded', TWICE],
  ['adds an init container in front', 'aa', 'Never', TWICE],
  ['adds an init container in front', 'zzz', 'IfNeeded', COMPLETED],
  ['adds an init container in front', 'zzz', 'Never', COMPLETED],
  ['adds an init container and keeps it in front', 'aa', 'IfNeeded', COMPLETED],
  ['adds an init container and keeps it in front', 'aa', 'Never', TWICE],
  ['adds an init container and keeps it in front', 'zzz', 'IfNeeded', COMPLETED, 'other'],
  ['adds an init container and keeps it in front', 'zzz', 'Never', COMPLETED],
  ['adds a volume, and a mount and a variable to every container', 'aa', 'IfNeeded', COMPLETED],
  ['adds a volume, and a mount and a variable to every container', 'aa', 'Never', ['injects']],
  ['adds a volume, and a mount and a variable to every container', 'zzz', 'IfNeeded', COMPLETED, 'other'],
  ['adds a volume, and a mount and a variable to every container', 'zzz', 'Never', COMPLETED],
];
const SCENARIOS = ROWS.map(([change, prefix, reinvocationPolicy, calls, lastWord = 'ours'], index) => {
  const registration = { name: `${prefix}-${index}`, namespace: `shop-${index}`, reinvocationPolicy };
  return { change, order: prefix === 'aa' ? 'before' : 'after', reinvocationPolicy, calls, lastWord, registration };
});

let controlPlane: ControlPlane;
let launcher: PillionLauncher;
let pillion: PillionProcess;
let other: OtherWebhook;
let api: ApiClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  [launcher, other] = await Promise.all([pillionLauncher(controlPlane), startOtherWebhook()]);
  api = apiClient(controlPlane);
  pillion = await launcher.start({ register: 'https://127.0.0.1:PORT' });
  const configurations = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
  for (const { registration, change } of SCENARIOS) {
    await controlPlane.createNamespace(registration.namespace, { 'istio-injection': 'enabled' });
    await api.call('POST', configurations, other.configuration(registration, CHANGES[change]));
  }
  for (const { registration } of SCENARIOS)
    while (other.calls(registration.name) === 0) await webhookInForce(controlPlane, registration.namespace);
});

afterAll(async () => {
  api?.close();
  await Promise.all([launcher?.guard.stop(), controlPlane?.stop(), other?.stop()]);
});

const namesOf = (list: List) => (list ?? []).map(({ name }) => name);
const reinvocations = async () =>
  (await counterOf(pillion.opsPort, 'pillion_admission_reinvocations_total')).get('{hook="inject"}') ?? 0;

/** What our hook did at each call for a pod, as the API server's own audit log tells it. */
async function auditOf(namespace: string) {
  const isCreation = ({ verb, requestURI, objectRef = {} }: AuditEvent) =>
    verb === 'create' && requestURI.endsWith('/pods') && objectRef.namespace === namespace;
  let annotations: Readonly<Record<string, string>> | undefined;
  await eventually('the API server has logged the pod', async () => {
    annotations = (await auditEventsIn(controlPlane.auditLog)).find(isCreation)?.annotations;
    return annotations !== undefined;
  });
  const calls = Object.entries(annotations ?? {})
    .filter(([key]) => key.startsWith('mutation.webhook.admission.k8s.io/round_'))
    .sort()
    .map(([, value]) => JSON.parse(value) as { readonly webhook: string; readonly mutated: boolean })
    .filter(({ webhook }) => webhook === 'inject.pillion.io');
  return { record: annotations?.['inject.pillion.io/record'], mutated: calls.map(({ mutated }) => mutated) };
}

async function recordsOf(namespace: string) {
  const ofPod = async () =>
    (await recordsIn(pillion.log)).filter((record) => record.namespace === namespace && !record.dryRun);
  await eventually('the final pod is recorded', async () => (await ofPod()).some(({ hook }) => hook === 'warn'));
  return ofPod();
}

describe.each(SCENARIOS)('a webhook called $order ours that $change ($reinvocationPolicy)', (scenario) => {
  const { change, calls, lastWord, registration } = scenario;
  const { namespace } = registration;
  let pod: PodJson;

  test('is reconciled with ours in as many calls as the API server makes', async () => {
    const before = [await callsOf(pillion.opsPort, 'inject'), await reinvocations()];
    const { status, body } = await api.call('POST', `/api/v1/namespaces/${namespace}/pods`, ASKING);
    expect({ status, body }).toMatchObject({ status: 201 });
    pod = body as unknown as PodJson;
    const after = [await callsOf(pillion.opsPort, 'inject'), await reinvocations()];
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([calls.length, calls.length - 1]);
    expect((await auditOf(namespace)).mutated).toEqual(calls.map((call) => call !== 'nothing'));
  });

  test('leaves every part in the pod once, the redirect and the sidecar first', () => {
    const { containers, initContainers, volumes } = pod.spec;
    const own = [REDIRECT, SIDECAR];
    const agents = change.includes('init container') ? ['agent-init'] : [];
    expect(namesOf(initContainers)).toEqual(
      lastWord === 'other' && agents.length > 0 ? [...agents, ...own] : [...own, ...agents],
    );
    const withAgent = change.includes('probe');
    expect(namesOf(containers)).toEqual(withAgent ? ['agent', 'app'] : ['app']);
    if (withAgent) expect(containers[0]).toMatchObject(AGENT);
    const names = namesOf(volumes).filter((name) => !String(name).startsWith('kube-api-access-'));
    expect(names.toSorted()).toEqual(
      [...(change.includes('volume') ? ['agent'] : []), ...Object.values(VOLUMES)].sort(),
    );
    const annotated = patched(ASKING, admitted(ASKING)).metadata.annotations ?? {};
    expect(Object.keys(pod.metadata.annotations ?? {}).sort()).toEqual(Object.keys(annotated).sort());
  });

  test('leaves a pod that is decided as complete, unless the other webhook has the last word', () => {
    const { status: _, ...restored } = pod;
    const expected = lastWord === 'ours' ? ['skip', 'already-injected'] : ['inject', 'opted-in'];
    const { verdict, reason } = admitted(restored as PodJson, { namespace });
    expect([verdict, reason]).toEqual(expected);
  });

  test('leaves one record of the injection, under one id everywhere', async () => {
    const { recordId } = JSON.parse(pod.metadata.annotations?.[ANNOTATIONS.status] ?? '{}');
    const records = await recordsOf(namespace);
    expect(records.filter(({ hook }) => hook === 'inject')).toEqual([
      expect.objectContaining({ recordId, verdict: 'inject', pod: 'web' }),
    ]);
    const seen = { recordId, pod: 'web', podUid: pod.metadata.uid };
    const complete = { ...seen, verdict: 'skip', reason: 'already-injected' };
    expect(records.filter(({ hook }) => hook === 'warn')).toEqual([
      expect.objectContaining(lastWord === 'ours' ? complete : seen),
    ]);
    expect((await auditOf(namespace)).record).toBe(recordId);
  });
});

test.each(SCENARIOS.filter(({ lastWord }) => lastWord === 'other'))(
  'a pod whose sidecar another webhook changed last ($change) is recorded as such',
  async ({ registration }) => {
    const final = (await recordsOf(registration.namespace)).filter(({ hook }) => hook === 'warn');
    expect(final.map(({ reason }) => reason)).toEqual(['sidecar-changed-afterwards']);
  },
);
