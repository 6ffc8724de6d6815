import { Document, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { printable } from '../../core/problem/printable.ts';
import { type Problem, problemLine } from '../../core/problem/problem.ts';
import type { StageInCluster } from '../../core/rollout/plan-in-cluster.ts';
import { type ProposedPlan, planOf } from '../../core/rollout/proposed-plan.ts';
import type { Environment } from '../environment.ts';
import { fittedTable } from './fitted-table.ts';
import { FOR_KUBECTL } from './structured.ts';

/** The proposal as a file for kubectl, with the reasons as comments. */
export function proposalYaml({ stages, leftOut }: ProposedPlan): string {
  const document = new Document(planOf(stages), { ...FOR_KUBECTL });
  document.commentBefore = [
    ' Proposed by pillion rollout plan. The states are written by pillion rollout open and rollback.',
    ...leftOut.map(({ namespace, why }) => ` left out: ${namespace}: ${printable(why)}`),
  ].join('\n');
  const list = document.getIn(['spec', 'stages']);
  for (const [index, { namespaces }] of stages.entries()) {
    const names =
      isSeq(list) && isMap(list.items[index]) ? (list.items[index] as YAMLMap).get('namespaces') : undefined;
    if (!isSeq(names)) continue;
    for (const [at, { why, workloads }] of namespaces.entries()) {
      const name = names.items[at];
      if (isScalar(name)) name.comment = ` ${workloadsOf(workloads)}, ${printable(why)}`;
    }
  }
  return document.toString();
}

const workloadsOf = (count: number): string => (count === 1 ? '1 workload' : `${count} workloads`);

/** The proposal for people. */
export function proposalText({ stages, leftOut }: ProposedPlan, environment: Environment): string {
  const rows = stages.flatMap(({ name, from = '', namespaces }) =>
    namespaces.map(({ namespace, tribe = '-', workloads, why }, index) =>
      [index === 0 ? name : '', index === 0 ? from : '', namespace, tribe, String(workloads), why].map(printable),
    ),
  );
  const left = leftOut.map(({ namespace, why }) => `left out: ${printable(`${namespace}: ${why}`)}\n`).join('');
  if (rows.length === 0) return `${left}no namespace can be brought in\n`;
  const table = fittedTable(['STAGE', 'FROM', 'NAMESPACE', 'TRIBE', 'WORKLOADS', 'WHY'], rows, environment);
  return `${table}\n${left}\nto make it count: pillion rollout plan -o yaml > plan.yaml, read it, kubectl apply -f plan.yaml\n`;
}

/** A plan as it stands in a cluster, for people. */
export function standingText(
  stages: readonly StageInCluster[],
  findings: readonly Problem[],
  environment: Environment,
): string {
  const rows = stages.map(({ stage, here, namespaces }) => {
    const { name, state, from = '-', until = '-', environment: of, features = [] } = stage;
    const what = here ? namespaces.join(', ') || 'none' : `of the environment ${of ?? '-'}`;
    return [name, state, from, until, what, features.join(', ') || '-'].map(printable);
  });
  const told = findings.map((finding) => `${problemLine(finding)}\n`).join('');
  return `${fittedTable(['STAGE', 'STATE', 'FROM', 'UNTIL', 'NAMESPACES', 'FEATURES'], rows, environment)}\n${told}`;
}
