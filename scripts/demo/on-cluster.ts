import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LocalDashboard } from '../../src/cli/local-dashboard/local-dashboard.ts';
import { admit } from '../../src/core/admission/admit.ts';
import { reviewOfPodCreation } from '../../src/core/admission/review-of.ts';
import { ownerOf } from '../../src/core/kubernetes/owner.ts';
import { annotationsOf, type Pod, readPod } from '../../src/core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { type PodStory, podStories } from '../../src/core/records/stories.ts';
import { ANNOTATIONS, SIDECAR } from '../../src/core/sidecar/names.ts';
import { pillionLauncher } from '../../test/cluster/pillion-process.ts';
import { recordsIn } from '../../test/cluster/records.ts';
import { webhookInForce } from '../../test/cluster/registered.ts';
import { type ControlPlane, startControlPlane } from '../../test/controlplane/control-plane.ts';
import { freePort } from '../../test/processes/free-port.ts';
import { auditedPods } from './audit-log.ts';
import { openedDashboard } from './opened-dashboard.ts';
import type { Row } from './row.ts';
import { rowHead, type Samples, type SampleWorkload } from './samples.ts';

export interface ClusterResult {
  readonly rows: readonly Row[];
  /** What the records of Pillion tell about the pods of the first namespace. */
  readonly stories: readonly PodStory[];
  /** What to tell the user when everything was left running. */
  readonly kept: readonly string[] | undefined;
  /** Undefined unless it is asked for. */
  readonly dashboard: LocalDashboard | undefined;
  /** Ends everything, unless it was left running. */
  end(): Promise<void>;
}

/** A namespace whose pods the policy takes, so that the registration can be tried without touching the samples. */
const CANARY = 'pillion-canary';

const SETTLED_WITHIN_MS = 60_000;

/** Applies the samples with kubectl on a real control plane with a real `pillion serve`, and reads back what came of them. */
export async function runOnCluster(
  samples: Samples,
  policy: ActivePolicy,
  { keep, dashboard = false }: { readonly keep: boolean; readonly dashboard?: boolean },
): Promise<ClusterResult> {
  const controlPlane = await startControlPlane({ keep });
  const pillion = await pillionLauncher(controlPlane);
  const end = async () => {
    if (!keep) await Promise.all([pillion.guard.stop(), controlPlane.stop()]);
  };
  try {
    const port = await freePort();
    const args = dashboard ? ['--policy-objects', `--dashboard-port=${port}`] : [];
    if (dashboard) await appliedFile(controlPlane, DEFINITIONS);
    const { log } = await pillion.start({ register: 'https://127.0.0.1:PORT', args });
    const { namespaceLabel } = policy.spec.optIn;
    await controlPlane.createNamespace(CANARY, { [namespaceLabel.key]: namespaceLabel.enabled });
    await webhookInForce(controlPlane, CANARY);
    await applied(controlPlane, samples);
    const rows: Row[] = [];
    for (const workload of samples.workloads) rows.push(await readBack(controlPlane, workload, policy));
    const first = samples.workloads[0]?.namespace;
    const stories = podStories(await recordsIn(log)).filter(({ namespace }) => namespace === first);
    const served = { port, authority: pillion.authority, token: controlPlane.tokens.admin };
    if (dashboard) await appliedFile(controlPlane, PLAN);
    const opened = dashboard ? await openedDashboard(served) : undefined;
    if (!keep) return { rows, stories, kept: undefined, dashboard: opened, end };
    await pillion.guard.keep();
    const kept = [
      'Left running. Look at it, then end it:',
      `  export KUBECONFIG=${controlPlane.kubeconfig}`,
      '  kubectl get pods -A',
      `  ${controlPlane.stopCommand}; kill ${pillion.guard.pid}`,
    ];
    return { rows, stories, kept, dashboard: opened, end };
  } catch (error) {
    await end();
    throw error;
  }
}

const DEFINITIONS = fileURLToPath(new URL('../../charts/pillion/crds/', import.meta.url));
const PLAN = fileURLToPath(new URL('../../deploy/demo/rollout-plan.yaml', import.meta.url));

/** @throws Error with what kubectl printed */
async function appliedFile(controlPlane: ControlPlane, path: string): Promise<void> {
  const { code, stdout, stderr } = await controlPlane.kubectl(['apply', '-f', path]);
  if (code !== 0) throw new Error(`kubectl apply failed: ${stderr || stdout}`);
}

/** @throws Error with what kubectl printed */
async function applied(controlPlane: ControlPlane, { files, namespaces }: Samples): Promise<void> {
  for (const { name, labels } of namespaces)
    if (name !== 'default') await controlPlane.createNamespace(name, { ...labels });
  const outcome = await controlPlane.kubectl(['apply', ...files.flatMap((file) => ['-f', file])]);
  process.stderr.write(outcome.stderr.replace(/^.*last-applied-configuration.*\n/gm, ''));
  if (outcome.code !== 0) throw new Error(`kubectl apply failed: ${outcome.stderr || outcome.stdout}`);
}

/** One row from what the API server stores: the pod and its labels, the workload’s failures, the audit log. */
async function readBack(controlPlane: ControlPlane, workload: SampleWorkload, policy: ActivePolicy): Promise<Row> {
  const namespace = await getJson(controlPlane, ['namespace', workload.namespace]);
  const labels = (namespace as { metadata: { labels?: Record<string, string> } }).metadata.labels ?? {};
  const known = { name: workload.namespace, labels };
  const head = rowHead(workload, known, policy);
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  while (Date.now() < deadline) {
    const pod = await podOf(controlPlane, workload);
    const audited = (await auditedPods(controlPlane.auditLog)).findLast(
      ({ namespace: where, owner }) => where === workload.namespace && owner === `${workload.kind}/${workload.name}`,
    );
    const said = audited?.hooks.get('inject') ?? audited?.hooks.get('warn');
    const warnings = audited?.hooks.get('warn')?.get('hints') ?? said?.get('hints');
    if (pod !== undefined) {
      const verdict = carriesSidecar(pod) ? 'inject' : 'skip';
      const reason = said?.get('reason') ?? engineReason(pod, known, policy);
      return { ...head, verdict, reason, warnings: warnings === undefined ? [] : warnings.split(',') };
    }
    if (said?.get('verdict') === 'deny' && (await failure(controlPlane, workload)) !== undefined)
      return { ...head, verdict: 'deny', reason: said.get('reason') ?? '', warnings: warnings?.split(',') ?? [] };
    await sleep(200);
  }
  return { ...head, verdict: 'no pod', reason: `none after ${SETTLED_WITHIN_MS / 1000} s`, warnings: [] };
}

async function podOf(controlPlane: ControlPlane, { kind, name, namespace }: SampleWorkload): Promise<Pod | undefined> {
  const list = (await getJson(controlPlane, ['pods', '-n', namespace])) as { items: unknown[] };
  return list.items
    .flatMap((item) => {
      const read = readPod(item);
      return 'pod' in read ? [read.pod] : [];
    })
    .find((pod) => {
      const owner = ownerOf(pod) ?? { kind: 'Pod', name: pod.metadata.name };
      return owner.kind === kind && owner.name === name;
    });
}

const carriesSidecar = (pod: Pod): boolean =>
  annotationsOf(pod)[ANNOTATIONS.status] !== undefined &&
  [...(pod.spec.initContainers ?? []), ...pod.spec.containers].some(({ name }) => name === SIDECAR);

/** For a pod that the API server never asked about: the same engine, on the objects that it stores. */
function engineReason(
  pod: Pod,
  namespace: { name: string; labels: Record<string, string> },
  policy: ActivePolicy,
): string {
  const request = { uid: 'read-back', namespace: namespace.name, user: '', dryRun: true };
  const snapshot = { policy, namespaces: new Map([[namespace.name, namespace]]) };
  const call = { hook: 'warn', now: new Date(), caller: 'Unauthenticated' } as const;
  const admission = admit(reviewOfPodCreation(pod, request), snapshot, call);
  return admission.kind === 'answered' ? admission.reason : '';
}

async function failure(
  controlPlane: ControlPlane,
  { kind, name, namespace }: SampleWorkload,
): Promise<string | undefined> {
  const object = (await getJson(controlPlane, [kind.toLowerCase(), name, '-n', namespace])) as {
    status?: { conditions?: readonly { type: string; message: string }[] };
  };
  return object.status?.conditions?.find(({ type }) => type === 'ReplicaFailure')?.message;
}

async function getJson(controlPlane: ControlPlane, what: readonly string[]): Promise<unknown> {
  const outcome = await controlPlane.kubectl(['get', ...what, '-o', 'json']);
  if (outcome.code !== 0) throw new Error(`kubectl get ${what.join(' ')} failed: ${outcome.stderr}`);
  return JSON.parse(outcome.stdout);
}
