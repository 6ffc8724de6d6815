import { quoted } from '../../problem/quoted.ts';
import { consentOf } from '../opt-in/consent.ts';
import type { MarkCheck, Marked } from '../subject.ts';

/** Does the pod want a sidecar before its stage of the rollout is open? */
export const stageNotOpen: MarkCheck<'stage-not-open'> = (marked) => {
  const { pod, namespace, policy } = marked;
  if (policy.stages === undefined || policy.stages.isOpenFor(pod, namespace)) return undefined;
  // one that wants none is told so, and not to wait for anything
  if (consentOf(pod, policy).verdict === 'skip') return undefined;
  return {
    reason: 'stage-not-open',
    rule: '/spec/rollout/enforce',
    hints: [{ code: 'stage-closed', message: stageText(marked) }],
  };
};

function stageText({ pod, namespace, policy: { stages } }: Marked): string {
  const stage = stages?.stageFor(pod, namespace);
  if (stage !== undefined) {
    const from = stage.from === undefined ? '' : `, from ${stage.from} on`;
    return `the pod belongs to the stage ${stage.name}, which is closed; whoever leads the rollout opens it${from}: pillion rollout open ${stage.name}`;
  }
  if (stages?.planned === false) return 'there is no RolloutPlan, so no stage is open; apply one with the name default';
  return `no stage of the RolloutPlan covers the pod; name its namespace ${quoted(namespace.name)} in one of them`;
}
