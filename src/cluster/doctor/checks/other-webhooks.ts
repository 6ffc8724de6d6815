import { type Finding, orOk, someOf, warning } from '../../../core/doctor/finding.ts';
import { type ForeignHook, meshOf, namespacesOf, seesPods } from '../../../core/doctor/foreign-webhooks.ts';
import { INJECT_CONFIGURATION } from '../../../core/registration/pod-hooks.ts';
import { isManaged } from '../../registration/registered-objects.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

/**
 * Whether another mesh injects into the namespaces of Pillion, and whether a webhook changes their pods after Pillion has seen them: the
 * API server calls them in the order of their configurations' names.
 */
export const otherWebhooks: Check = byPolicy(async (patient, { spec }) => {
  const open = await patient.open();
  const found: Finding[] = [];
  let others = 0;
  for (const { kind, metadata, webhooks = [] } of await patient.configurations()) {
    if (kind !== 'MutatingWebhookConfiguration' || isManaged(metadata)) continue;
    for (const hook of webhooks as readonly ForeignHook[]) {
      const where = seesPods(hook) ? namespacesOf(hook, open, spec.optIn.podKey) : [];
      if (where.length === 0) continue;
      others += 1;
      const next = `kubectl get mutatingwebhookconfiguration ${metadata.name} -o yaml`;
      const mesh = meshOf(hook);
      const called = `${metadata.name} (${hook.name}) is called for pods of ${someOf(where)}`;
      if (mesh !== undefined) found.push(warning(`${called}: a pod that asks ${mesh} as well gets two proxies`, next));
      else if (metadata.name > INJECT_CONFIGURATION)
        found.push(warning(`${called} after Pillion: its sidecar does not take into account what that changes`, next));
    }
  }
  return orOk(
    found,
    others === 0
      ? 'no other webhook changes the pods of Pillion'
      : `${others} other webhooks change the same pods before Pillion`,
  );
});
