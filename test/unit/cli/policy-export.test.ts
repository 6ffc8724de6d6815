import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { policyFile } from '../../cluster/policy-file.ts';
import { BUILT_IN } from '../../core-fixtures/policies.ts';
import { pillion } from './command-line.ts';

const AS = ['policy', 'export', '--as', 'MutatingAdmissionPolicy'];

const exported = (change: Parameters<typeof policyFile>[0], ...flags: string[]) =>
  pillion([...AS, '--policy', 'policy.yaml', ...flags], { files: { 'policy.yaml': policyFile(change) } });

const documents = (text: string) => parseAllDocuments(text).map((document) => document.toJS());

test('every format holds the same objects, each once, and equal input gives equal text', async () => {
  const [human, yaml, json, again] = [
    await pillion(AS),
    await pillion([...AS, '-o', 'yaml']),
    await pillion([...AS, '-o', 'json']),
    await pillion(AS),
  ];
  expect(again).toEqual(human);
  const { items } = JSON.parse(json.stdout);
  expect(documents(yaml.stdout)).toEqual(items);
  expect(human.stdout).toBe(`# policy default, revision ${BUILT_IN.revision}\n${yaml.stdout}`);
  expect([human.exit, yaml.exit, json.exit]).toEqual([0, 0, 0]);
  expect(items.map(({ kind, apiVersion, metadata }: (typeof items)[0]) => [kind, apiVersion, metadata])).toEqual(
    ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'].map((kind) => [
      kind,
      'admissionregistration.k8s.io/v1',
      {
        name: 'pillion-fallback-envoy',
        labels: { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/managed-by': 'pillion' },
      },
    ]),
  );
  expect(items[1].spec).toEqual({ policyName: 'pillion-fallback-envoy' });
  expect(items[0].spec).not.toHaveProperty('paramKind');
});

test('that it is of the built-in policy is said, and of no other; a cluster and files are not asked for at once', async () => {
  const said = 'this is of the built-in policy, not of the one of your cluster: --from-cluster takes that';
  expect((await pillion(AS)).stderr).toContain(said);
  expect((await exported({})).stderr).not.toContain('built-in policy');
  const both = await exported({}, '--from-cluster');
  expect([both.exit, both.stdout]).toEqual([2, '']);
  expect(both.stderr).toContain('give either --from-cluster or --policy and --profile');
});

test('what is left out is on stderr', async () => {
  const { stderr } = await exported({});
  expect(stderr.split('\n')).toEqual([
    'pillion-fallback-envoy leaves these pods of the profile envoy alone, so pillion-final-state refuses them: those that',
    '- carry pillion.io/status or pillion.io/envoy-config already, or a copy of it',
    expect.stringMatching(
      /^- set something about their sidecar, by sidecar\.istio\.io\/proxyCPU, .*pillion\.io\/depends-on$/,
    ),
    '- bring a container under one of the names istio-proxy, istio-init',
    '- bring or mount a volume under one of the names pillion-envoy-config, pillion-envoy-run, pillion-no-token',
    '- declare one of the ports 15001, 15006, 15020, 15021, 15090',
    '- run as user 1337',
    '- have a tcpSocket probe, which the webhook makes a question to the sidecar',
    '- belong to no controller: the key by which the kubelet orders the drain is made from the random uid of the controller',
    '',
    'What the webhook does besides, and no policy of the API server:',
    expect.stringMatching(/^- records, metrics, Events and warnings: /),
    expect.stringMatching(/^- reasons: /),
    '- what another webhook changes about a sidecar afterwards, or puts in front of it, stays so',
    '',
  ]);
});

test('each profile that a policy can choose has a policy of its own, once', async () => {
  const { exit, stdout, stderr } = await exported({
    spec: {
      profiles: [
        { name: 'classic', podSelector: { matchLabels: { app: 'a' } } },
        { name: 'istio', podSelector: { matchLabels: { app: 'b' } } },
        { name: 'classic', namespaceSelector: { matchLabels: { team: 'c' } } },
        { name: 'envoy' },
      ],
    },
    more: { classic: { order: 'Classic', features: ['Resilience'] }, unused: {} },
  });
  expect(exit).toBe(0);
  const policies = documents(stdout).filter(({ kind }) => kind === 'MutatingAdmissionPolicy');
  expect(policies.map(({ metadata }) => metadata.name)).toEqual(['pillion-fallback-classic', 'pillion-fallback-envoy']);
  for (const line of [
    'No policy for the profile istio: each of its sidecars is made from its pod in ways that CEL cannot. Its pods are left alone, so pillion-final-state refuses them.',
    '- belong to a Job, which an ordinary container keeps from ending',
    '- have less than 5 seconds of terminationGracePeriodSeconds, the drainSeconds of the profile',
    '- traffic values of Services (pillion.io/traffic): sidecars of the profile classic pass requests on as they come, until their pods are created anew',
  ])
    expect(stderr.split('\n')).toContain(line);
});

test('an exclusion ends only when it is exported again, which is said with the first day; one that has ended is none', async () => {
  const until = (expires: string) => ({
    podSelector: { matchLabels: { app: expires } },
    reason: 'it moves elsewhere',
    expires,
  });
  const { stdout, stderr } = await exported({
    spec: { exclusions: [until('2026-12-24'), until('2026-11-30'), until('2026-11-01')] },
  });
  expect(stderr).toContain('- the end of an exclusion: the first one counts until 2026-11-30, here until the policy');
  const [{ spec }] = documents(stdout);
  const conditions: { readonly name: string; readonly expression: string }[] = spec.matchConditions;
  const excluded = conditions.find(({ name }) => name === 'not-excluded')?.expression;
  expect(excluded).toContain('2026-12-24');
  expect(excluded).not.toContain('2026-11-01');
});

test('where the final state does not refuse, it is said that pods start without a sidecar', async () => {
  const { stderr } = await exported({ spec: { finalState: 'Warn' } });
  expect(stderr).toContain('alone, so they start without a sidecar (finalState is not Deny): those that\n');
  expect(stderr).not.toContain('refuses them');
});

test('a policy of which nothing can be expressed prints nothing, says why, and exits with 1', async () => {
  const { exit, stdout, stderr } = await exported({ spec: { profiles: [{ name: 'istio' }] }, istio: {} });
  expect([exit, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^No policy for the profile istio: .*\n$/);
});

test.each([
  [['policy', 'export'], "required option '--as <kind>' not specified"],
  [['policy', 'export', '--as', 'ConfigMap'], 'Allowed choices are MutatingAdmissionPolicy'],
  [[...AS, '--policy', 'missing.yaml'], 'PIL001'],
])('%j is refused', async (args, message) => {
  expect(await pillion(args)).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(message) });
});
