import type { FitObject } from '../../compatibility/fit-object.ts';
import { shellWord } from '../../problem/shell-word.ts';
import { byHandOfSettings, isRollingKind } from '../by-hand.ts';
import { words } from './phrase.ts';
import type { Way } from './ways.ts';

/**
 * The same ways for pods that have their sidecar and get another one by a label of their namespace: no template changes, so nothing is replaced
 * by itself, and there is no earlier template to go back to.
 */
export const changedWays = (ways: readonly Way[], workload: FitObject): readonly Way[] =>
  ways.flatMap((way): Way | readonly [] => {
    if (way.what === 'NextRollout') return nextRollout(way, workload);
    return way.what === 'RollBack' && way.command?.startsWith('kubectl ') ? [] : way;
  });

function nextRollout(way: Way, { kind, namespace, name, value }: FitObject): Way {
  if (!isRollingKind(kind) || byHandOfSettings({ kind, namespace, name }, value, []) !== undefined) return way;
  const workload = shellWord(`${kind.toLowerCase()}/${name}`);
  return {
    what: 'NextRollout',
    says: words('No pod is replaced by itself. Once the stage is open, pods that are created anew come with it, as by'),
    command: `pillion rollout restart --stale -n ${shellWord(namespace)} ${workload}`,
  };
}
