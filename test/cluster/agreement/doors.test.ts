import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments, stringify } from 'yaml';
import type { Explanation } from '../../../src/cli/explained-live.ts';
import { decide } from '../../../src/core/decision/decide.ts';
import { subjectOf } from '../../../src/core/decision/subject.ts';
import { isObject } from '../../../src/core/json/is-object.ts';
import { annotationsOf, type Pod } from '../../../src/core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import type { Routes } from '../../../src/core/routing/routes.ts';
import { ANNOTATIONS } from '../../../src/core/sidecar/names.ts';
import { type OwnParts, separate } from '../../../src/core/sidecar/separate.ts';
import { stands } from '../../../src/core/sidecar/stands.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { pillion as commandLine } from '../../unit/cli/command-line.ts';
import type { Answer } from '../api-client.ts';
import { callsOf } from '../metrics.ts';
import type { PillionProcess } from '../pillion-process.ts';
import { policyFile } from '../policy-file.ts';
import { testCluster } from '../test-cluster.ts';
import { type Combination, combinations, deploymentOf, NAMESPACES, podOf, VARIANTS } from './combinations.ts';
import { Disagreements } from './disagreements.ts';
import { Expected } from './expected.ts';
import { untilInForce, untilNobodyInjects } from './in-force.ts';

const ROWS_A_POLICY = 80;

const cluster = testCluster(NAMESPACES);

const pods = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
const deployments = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/deployments?dryRun=All`;

const comparisons: Disagreements[] = [];

function comparing(): Disagreements {
  const disagreements = new Disagreements();
  comparisons.push(disagreements);
  return disagreements;
}

// the figure of the agreement, for who runs this file: npm test -- cluster "policy:"
afterAll(() => {
  const sum = (figure: (one: Disagreements) => number) => comparisons.reduce((total, one) => total + figure(one), 0);
  const combined = VARIANTS.reduce((total, { rows = ROWS_A_POLICY }) => total + rows, 0);
  const [compared, disagree] = [sum((one) => one.compared), sum((one) => one.disagreeing)];
  process.stderr.write(`agreement: ${combined} combinations, ${compared} comparisons, ${disagree} disagree\n`);
});

/** A combination with what became of it on the API server. */
interface Tried {
  readonly row: Combination;
  readonly expected: Expected;
  readonly answer: Answer;
  /** How often the hook that injects was called for it. */
  readonly called: number;
}

describe.each(VARIANTS.map((variant, index) => ({ ...variant, seed: index + 1 })))(
  'policy: $title',
  ({ change, seed, rows: howMany = ROWS_A_POLICY, settings }) => {
    const policy: ActivePolicy = policyWith(change);
    const rows = combinations(howMany, seed, settings);
    const tried: Tried[] = [];
    let running: PillionProcess;

    beforeAll(async () => {
      const file = join(cluster.launcher.guard.folder, `policy-${seed}.yaml`);
      await writeFile(file, policyFile(change));
      running = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', file] });
      await untilInForce(cluster.api, running);
    });

    afterAll(async () => running?.process.stop());

    test('the API server calls for, changes, refuses and warns about exactly what decide says', async () => {
      const disagreements = comparing();
      for (const [index, row] of rows.entries()) {
        const expected = new Expected(row, policy);
        const before = await callsOf(running.opsPort, 'inject');
        const answer = await cluster.api.call('POST', pods(row.namespace), podOf(row, `pod-${index}`));
        const called = (await callsOf(running.opsPort, 'inject')) - before;
        tried.push({ row, expected, answer, called });
        const { verdict, reason } = expected.decision;
        if (policy.stages === undefined || !expected.mayBeCalledInVain)
          disagreements.compare(row, 'hook called', expected.called ? 1 : 0, called);
        const denied = verdict === 'deny';
        disagreements.compare(row, 'status', denied ? 403 : 201, answer.status);
        if (denied) disagreements.compare(row, 'reason', true, String(answer.body.message).includes(`${reason}: `));
        if (answer.status !== 201) continue;
        const injected = annotationsOf(answer.body as Pod)[ANNOTATIONS.status] !== undefined;
        disagreements.compare(row, 'injected', verdict === 'inject', injected);
        disagreements.compare(row, 'warnings', [...expected.podWarnings(answer.body)], ours(answer));
        disagreements.compare(row, 'in-tree policies', [...expected.objectionsToPod()].sort(), objectors(answer));
      }
      disagreements.throwIfAny();
      expect(disagreements.compared).toBeGreaterThan(howMany * 4);
    });

    test('an injected pod is its author’s pod with exactly the parts that are rendered', async () => {
      const disagreements = comparing();
      for (const [index, { row, answer, expected }] of tried.entries()) {
        if (answer.status !== 201 || expected.decision.verdict !== 'inject') continue;
        // never injected, whatever the policy
        const plain = await cluster.api.call('POST', pods('disabled'), {
          ...podOf({ ...row, namespace: 'disabled' }, `pod-${index}`),
        });
        const final = answer.body as Pod;
        const { original } = separate(final, policy.activeProfiles[0]?.own as OwnParts);
        disagreements.compare(row, 'the author’s part', authored(plain.body as Pod), authored(original));
        const namespace = { name: row.namespace, labels: NAMESPACES[row.namespace] ?? {} };
        const { reason } = decide(subjectOf(final, namespace, policy, '0'.repeat(16)));
        disagreements.compare(row, 'our part', 'already-injected', reason);
      }
      disagreements.throwIfAny();
      expect(disagreements.compared).toBeGreaterThan(4);
    });

    test('whoever applies a Deployment of the combination hears what will become of its pods', async () => {
      const disagreements = comparing();
      for (const [index, row] of rows.entries()) {
        const expected = new Expected({ ...row, owner: undefined }, policy);
        const answer = await cluster.api.call('POST', deployments(row.namespace), deploymentOf(row, `web-${index}`));
        disagreements.compare(row, 'status', 201, answer.status);
        const told = expected.deploymentWarnings(`web-${index}`);
        disagreements.compare(row, 'warnings', told, ours(answer));
      }
      disagreements.throwIfAny();
    });

    test('explain and inject say offline what the API server did', async () => {
      const disagreements = comparing();
      const namespaces = Object.entries(NAMESPACES).map(([name, labels]) => ({
        ...{ apiVersion: 'v1', kind: 'Namespace' },
        metadata: { name, labels },
      }));
      const files = {
        'namespaces.yaml': namespaces.map((object) => stringify(object)).join('---\n'),
        'pods.yaml': rows.map((row, index) => stringify(podOf(row, `pod-${index}`))).join('---\n'),
        'accepted.yaml': rows
          .flatMap((row, index) => (tried[index]?.answer.status === 201 ? [stringify(podOf(row, `pod-${index}`))] : []))
          .join('---\n'),
        'policy.yaml': policyFile(change),
      };
      const flags = ['--policy', 'policy.yaml', '-f', 'namespaces.yaml'];
      const explained = await commandLine(['explain', ...flags, '-f', 'pods.yaml', '-o', 'json'], { files });
      const said = JSON.parse(explained.stdout) as Explanation[];
      expect(said).toHaveLength(rows.length);
      const injected = await commandLine(['inject', ...flags, '-f', 'accepted.yaml'], { files });
      expect({ exit: injected.exit, stderr: injected.exit === 0 ? '' : injected.stderr }).toEqual({
        exit: 0,
        stderr: '',
      });
      const offline = parseAllDocuments(injected.stdout)
        .map((document) => document.toJS() as unknown as Pod & { kind: string })
        .filter(({ kind }) => kind === 'Pod');
      for (const [index, { row, expected, answer, called }] of tried.entries()) {
        const { verdict, reason } = expected.decision;
        const { record, routes } = said[index] ?? {};
        disagreements.compare(row, 'explain', `${verdict} ${reason}`, `${record?.verdict} ${record?.reason}`);
        disagreements.compare(row, 'explained call', called, routes && injectionsIn(routes.pods));
        if (answer.status !== 201) continue;
        disagreements.compare(
          row,
          'explained in-tree policies',
          objectors(answer),
          routes && objectionsIn(routes.pods),
        );
        const made = offline.find(({ metadata }) => metadata.name === `pod-${index}`);
        const parts = (pod: Pod | undefined) =>
          Object.keys(annotationsOf(pod ?? EMPTY)).concat(
            ...LISTS.map((list) => (pod?.spec[list] ?? []).map(({ name }) => name)),
          );
        const server = answer.body as Pod;
        disagreements.compare(row, 'parts of inject', parts(withoutToken(server)).sort(), parts(made).sort());
        disagreements.compare(row, 'containers of inject', true, made !== undefined && sameSidecar(made, server));
      }
      disagreements.throwIfAny();
    });

    test('while nobody injects, the policies in the API server hold what decide says', async () => {
      await cluster.controlPlane.kubectl(['delete', 'mutatingwebhookconfiguration', 'zz-pillion-inject']);
      await untilNobodyInjects(cluster.api);
      const disagreements = comparing();
      const { finalState, overrides } = policy.spec;
      for (const [index, row] of rows.entries()) {
        const expected = new Expected(row, policy);
        const answer = await cluster.api.call('POST', pods(row.namespace), podOf(row, `bare-${index}`));
        const objections = [...expected.objectionsToBarePod()].sort();
        const refuses = objections.filter(
          (name) =>
            (name === 'pillion-final-state' && finalState === 'Deny') ||
            (name === 'pillion-overrides' && overrides.others === 'Deny'),
        );
        disagreements.compare(row, 'status', refuses.length > 0 ? 403 : 201, answer.status);
        if (answer.status === 201) disagreements.compare(row, 'in-tree policies', objections, objectors(answer));
        else
          disagreements.compare(
            row,
            'refused by one of',
            true,
            refuses.some((name) => String(answer.body.message).includes(name)),
          );
      }
      disagreements.throwIfAny();
    });
  },
);

const injectionsIn = ({ hooks }: Routes): number =>
  hooks.filter(({ mutating, outcome }) => mutating && outcome === 'called').length;

/** Those that say so: one that only records tells nobody. */
const objectionsIn = ({ policies }: Routes): string[] =>
  policies
    .filter(({ outcome, actions }) => outcome === 'objects' && actions.some((action) => action !== 'Audit'))
    .map(({ policy }) => policy)
    .sort();

const EMPTY = { metadata: {}, spec: { containers: [] } } as unknown as Pod;
const LISTS = ['initContainers', 'containers', 'volumes'] as const;

/** The text of a Warning header: `299 - "..."` with its quotation marks escaped. */
const texts = ({ warnings }: Answer): string[] =>
  warnings
    .join(', ')
    .split(/(?:^|, )299 - /)
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as string);

const ours = (answer: Answer): string[] => texts(answer).filter((text) => text.startsWith('pillion: '));

const objectors = (answer: Answer): string[] =>
  texts(answer)
    .flatMap((text) => /ValidatingAdmissionPolicy '(pillion-[a-z-]+)'/.exec(text)?.[1] ?? [])
    .sort();

/** What the API server writes anew for every pod is left out. */
function authored({ metadata, spec }: Pod): unknown {
  const { labels, annotations } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !key.startsWith('kubectl.kubernetes.io/default-'));
  const text = JSON.stringify(sorted({ labels, annotations: Object.fromEntries(kept), spec }));
  return JSON.parse(text.replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access'));
}

/** Keys in one order, and an empty list as good as none. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, nested]) => !(Array.isArray(nested) && nested.length === 0));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, nested]) => [key, sorted(nested)]));
}

const withoutToken = (pod: Pod): Pod => ({
  ...pod,
  spec: { ...pod.spec, volumes: (pod.spec.volumes ?? []).filter(({ name }) => !name.startsWith('kube-api-access-')) },
});

/** The id of the record, under which the drain is ordered, depends on the request: a file has another one. */
function sameSidecar(offline: Pod, server: Pod): boolean {
  const idOf = (pod: Pod) => /\/drain\/([0-9a-f]{16})/.exec(JSON.stringify(pod))?.[1];
  const [made, asked] = [idOf(offline), idOf(server)];
  const renamed = made === undefined ? offline : JSON.parse(JSON.stringify(offline).replaceAll(made, asked ?? made));
  return LISTS.every((list) =>
    ((renamed as Pod).spec[list] ?? [])
      .filter(({ name }) => name.startsWith('istio-') || name.startsWith('pillion-'))
      .every((part) =>
        stands(
          part,
          (server.spec[list] ?? []).find(({ name }) => name === part.name),
        ),
      ),
  );
}
