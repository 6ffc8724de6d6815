import { shellWord } from '../problem/shell-word.ts';
import { isRollingKind } from '../rollout/by-hand.ts';
import type { JudgedPod } from './judged-pod.ts';

/** What whoever sees a pod in this state can run or do next; undefined where nothing is wrong. */
export function nextStep({
  namespace,
  pod,
  owner,
  state,
}: Pick<JudgedPod, 'namespace' | 'pod' | 'owner' | 'state'>): string | undefined {
  const explain = `pillion explain ${shellWord(`pod/${pod}`)} -n ${shellWord(namespace)}`;
  switch (state) {
    case 'injected':
    case 'not-wanted':
      return undefined;
    case 'refused':
      return `${explain}  # says what to mend`;
    case 'forged':
      return `take the annotation pillion.io/status and the container out of the template of ${owner}, then ${renewal(namespace, pod, owner)}`;
    default:
      return renewal(namespace, pod, owner);
  }
}

/** How its pods are made anew. The name of an owner is whatever the maker of the pod wrote. */
function renewal(namespace: string, pod: string, owner: string): string {
  const [kind = ''] = owner.split('/');
  const where = `kubectl -n ${shellWord(namespace)}`;
  if (isRollingKind(kind)) return `${where} rollout restart ${shellWord(owner.replace(kind, kind.toLowerCase()))}`;
  if (kind === 'Pod') return `make the pod ${pod} in ${namespace} again: nothing else would`;
  if (kind === 'Job' || kind === 'CronJob') return `wait for the next run of ${owner} in ${namespace}`;
  return `${where} delete pod ${shellWord(pod)}`;
}
