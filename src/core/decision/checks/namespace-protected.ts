import type { Check } from '../subject.ts';

/** Is its namespace one that is never injected? */
export const namespaceProtected: Check<'namespace-protected'> = ({ namespace, policy }) =>
  policy.protectedNamespaces.has(namespace.name)
    ? { reason: 'namespace-protected', rule: '/spec/protectedNamespaces' }
    : undefined;
