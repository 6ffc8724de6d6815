import { HOOKS, type Hook } from '../admission/hook.ts';

/** What Pillion’s hooks wrote into one event of the API server’s audit log: by hook, such as `inject`, then by key, such as `reason`. */
export type AuditedHooks = ReadonlyMap<Hook, ReadonlyMap<string, string>>;

// such as revision.inject.pillion.io/reason, running-pods.workloads.pillion.io/record
const OF_PILLION = new RegExp(`^(?:[a-z.-]+\\.)?(${HOOKS.join('|')})\\.pillion\\.io/(.+)$`);

/** Sorts the annotations of an event by the hooks that wrote them. */
export function auditedHooks(annotations: Readonly<Record<string, unknown>>): AuditedHooks {
  const hooks = new Map<Hook, Map<string, string>>();
  for (const [name, value] of Object.entries(annotations)) {
    const [, hook, key] = OF_PILLION.exec(name) ?? [];
    if (hook === undefined || key === undefined || typeof value !== 'string') continue;
    hooks.set(hook as Hook, (hooks.get(hook as Hook) ?? new Map()).set(key, value));
  }
  return hooks;
}
