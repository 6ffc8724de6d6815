import { OBJECT_NAME, parseWorkload, WORKLOAD_NAMES } from '../cluster/read-workload.ts';
import type { ReadableTarget } from '../cluster/rollout/brief-part.ts';
import type { RolloutPlan } from '../core/api/rollout-plan.ts';
import { stageTarget } from '../core/rollout/briefing/brief-target.ts';
import { usage } from './webhook-address.ts';

/**
 * Whom the argument of `brief` means: KIND/NAME a workload, else the name of a stage of the plan, else a namespace.
 * @param text undefined for everything
 * @throws Fault PIL003 for what can be none of them
 */
export function briefTarget(
  text: string | undefined,
  plan: RolloutPlan | undefined,
  namespace: string,
): ReadableTarget {
  if (text === undefined) return { title: 'everything in the files' };
  if (text.includes('/')) {
    const workload = parseWorkload(text);
    if (workload === undefined) throw usage(`${text} is no KIND/NAME; known kinds: ${WORKLOAD_NAMES.join(', ')}`);
    const { kind } = workload.resource;
    return { title: `${kind} ${namespace}/${workload.name}`, workload, namespace };
  }
  const stage = plan?.spec.stages.find(({ name }) => name === text);
  if (stage !== undefined) return stageTarget(stage);
  if (!OBJECT_NAME.test(text))
    throw usage(`${text} names neither a stage, nor a namespace, nor a workload as KIND/NAME`);
  return { title: `namespace ${text}`, namespace: text };
}
