/**
 * Whether the user is one of the controllers that make the pods of the workloads of Kubernetes, as they are called with a
 * credential each (kube-controller-manager --use-service-account-credentials) and without. Whoever else names an owner on an
 * object makes a claim: the API server lets everybody do that.
 */
export const isWorkloadController = (user: string): boolean =>
  user === 'system:kube-controller-manager' || user.startsWith('system:serviceaccount:kube-system:');
