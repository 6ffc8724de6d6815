/** The namespaces that a cluster itself lives in; whatever a policy says, they are never injected. */
export const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'] as const;
