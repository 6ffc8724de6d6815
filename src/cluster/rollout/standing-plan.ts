import { RolloutPlan } from '../../core/api/rollout-plan.ts';
import { namedOnly, withoutStatus } from '../../core/policy/own-documents.ts';
import { ACTIVE_PLAN } from '../../core/policy/plan-object.ts';
import { objectPlace } from '../../core/policy/policy-objects.ts';
import { readValue } from '../../core/policy/read-object.ts';
import { Fault } from '../../core/problem/faults.ts';
import type { Problem } from '../../core/problem/problem.ts';
import { planProblems } from '../../core/rollout/plan-problems.ts';
import { ApiError } from '../api-error.ts';
import { pathOf } from '../policy-objects/standing-objects.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';

const PATH = pathOf({ kind: 'RolloutPlan', name: ACTIVE_PLAN });

/**
 * The plan that counts in a cluster.
 * @throws Fault PIL004 when there is none, PIL002 with every problem when it cannot be used; ApiError, ClusterUnreachable, TimeoutError
 */
export async function standingPlan(transport: KubeTransport): Promise<RolloutPlan> {
  const plan = await planAsWritten(transport);
  const problems = planProblems(plan);
  if (problems.length > 0) throw new Fault('PIL002', inPlan(problems));
  return plan;
}

/**
 * The plan of a cluster, also when its parts contradict each other: what takes back or stops a rollout goes on then too.
 * @throws Fault PIL004 when there is none, PIL002 when it is no plan by the schema; ApiError, ClusterUnreachable, TimeoutError
 */
export async function planAsWritten(transport: KubeTransport): Promise<RolloutPlan> {
  const standing = await readJson<object>(transport, PATH);
  if (standing === undefined) throw new Fault('PIL004', [{ path: '', message: NO_PLAN }]);
  const kind = { apiVersion: 'pillion.io/v1alpha1', kind: 'RolloutPlan' };
  const read = readValue(RolloutPlan, { ...(namedOnly(withoutStatus(standing)) as object), ...kind });
  if ('problems' in read) throw new Fault('PIL002', inPlan(read.problems));
  return read.value;
}

/** Problems of a plan with the name of the object that has them. */
export const inPlan = (problems: readonly Problem[]): readonly Problem[] =>
  problems.map((one) => ({ ...one, file: objectPlace('RolloutPlan', ACTIVE_PLAN) }));

const NO_PLAN = `the cluster has no RolloutPlan ${ACTIVE_PLAN}; pillion rollout plan -o yaml proposes one, and kubectl apply -f makes it count`;

const CALL_WITHIN_MS = 10_000;
const TRIES = 5;

/** One change of a JSON patch. */
export interface PlanOperation {
  readonly op: 'add' | 'remove' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

/**
 * Changes the plan as it stands, by what it says at that time.
 * @param operationsFor the operations for a plan; none when there is nothing to change
 * @throws Fault as `planAsWritten`; ApiError also when the change is refused; ClusterUnreachable, TimeoutError
 */
export async function changePlan(
  transport: KubeTransport,
  operationsFor: (plan: RolloutPlan) => readonly PlanOperation[],
): Promise<void> {
  for (let left = TRIES; ; left--) {
    const operations = operationsFor(await planAsWritten(transport));
    if (operations.length === 0) return;
    try {
      const response = await transport.open({
        method: 'PATCH',
        path: `${PATH}?fieldManager=pillion-rollout`,
        contentType: 'application/json-patch+json',
        body: JSON.stringify(operations),
        signal: AbortSignal.timeout(CALL_WITHIN_MS),
      });
      response.resume();
      return;
    } catch (error) {
      // a test that fails is 422: the plan was changed between
      const changed = error instanceof ApiError && (error.status === 409 || error.status === 422);
      if (!changed || left === 1) throw error;
    }
  }
}

/**
 * The operations that write the state of a stage, wherever it stands by then. One that has left the plan is closed as it is.
 * @throws Fault PIL004 when it was to be opened, and left the plan meanwhile
 */
export const stateOperations =
  (stage: string, state: 'Open' | 'Closed') =>
  ({ spec }: RolloutPlan): readonly PlanOperation[] => {
    const index = spec.stages.findIndex(({ name }) => name === stage);
    if (index === -1 && state === 'Open') throw new Fault('PIL004', [{ path: '', message: goneMeanwhile(stage) }]);
    if (index === -1 || spec.stages[index]?.state === state) return [];
    return [
      { op: 'test', path: `/spec/stages/${index}/name`, value: stage },
      { op: 'add', path: `/spec/stages/${index}/state`, value: state },
    ];
  };

const goneMeanwhile = (stage: string): string =>
  `the stage ${stage} was taken out of the plan meanwhile; pillion rollout rollback ${stage} takes the labels of its namespaces away`;
