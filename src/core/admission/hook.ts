/** The doors of the API server behind which the server answers; each is one webhook configuration object. */
export const HOOKS = ['inject', 'warn', 'workloads', 'namespaces', 'policies', 'services'] as const;
export type Hook = (typeof HOOKS)[number];

/** The doors through which a pod comes. */
export const POD_HOOKS = ['inject', 'warn'] as const satisfies readonly Hook[];

/** The doors behind which a pod, or those of a workload, are decided about, so that policies in mode Shadow are asked as well. */
export const SHADOW_HOOKS = [...POD_HOOKS, 'workloads'] as const satisfies readonly Hook[];
