import type { Namespace } from '../../kubernetes/namespace.ts';
import type { ActivePolicy } from '../../policy/active-policy.ts';
import { namespaceAnswer } from './rules.ts';

/** Whether pods of a namespace get a sidecar when they ask: it opted in, and is none that is protected. */
export const isOpenNamespace = (
  { name, labels }: Namespace,
  { spec, protectedNamespaces }: Pick<ActivePolicy, 'spec' | 'protectedNamespaces'>,
): boolean => namespaceAnswer(labels, spec.optIn) === undefined && !protectedNamespaces.has(name);
