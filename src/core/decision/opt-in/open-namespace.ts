import type { Namespace } from '../../kubernetes/namespace.ts';
import type { ActivePolicy } from '../../policy/active-policy.ts';
import { coversNamespace } from '../../rollout/stage-members.ts';
import { namespaceAnswer } from './rules.ts';

/**
 * Whether pods of a namespace get a sidecar when they ask: it opted in, is none that is protected, and a stage of the rollout that is open
 * covers some of its pods.
 */
export const isOpenNamespace = (
  { name, labels }: Namespace,
  { spec, protectedNamespaces, stages }: Pick<ActivePolicy, 'spec' | 'protectedNamespaces' | 'stages'>,
): boolean =>
  namespaceAnswer(labels, spec.optIn) === undefined &&
  !protectedNamespaces.has(name) &&
  (stages === undefined || stages.open.some((stage) => coversNamespace(stage, { name, labels })));
