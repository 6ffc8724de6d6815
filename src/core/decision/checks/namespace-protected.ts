import type { MarkCheck } from '../subject.ts';

/** Is its namespace one that is never injected? */
export const namespaceProtected: MarkCheck<'namespace-protected'> = ({ namespace, policy }) =>
  policy.protectedNamespaces.has(namespace.name)
    ? { reason: 'namespace-protected', rule: '/spec/protectedNamespaces' }
    : undefined;
