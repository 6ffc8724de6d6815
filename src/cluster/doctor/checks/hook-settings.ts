import { orOk, problem, someOf } from '../../../core/doctor/finding.ts';
import { canonicalJson } from '../../../core/json/canonical.ts';
import { isObject } from '../../../core/json/is-object.ts';
import { isManaged } from '../../registration/registered-objects.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';
import { renderedFor } from '../rendered-for.ts';

// what decides whether a pod waits, and for how long, when a replica does not answer
const SETTINGS = ['failurePolicy', 'timeoutSeconds', 'matchPolicy', 'reinvocationPolicy', 'sideEffects'] as const;

interface Hook extends Readonly<Record<string, unknown>> {
  readonly name: string;
}

/**
 * Whether each hook that stands fails and waits as the policy renders it. By its content: what somebody changes while no replica runs still
 * carries the digest of before.
 */
export const hookSettings: Check = byPolicy(async (patient, policy) => {
  const standing = (await patient.configurations()).filter(({ metadata }) => isManaged(metadata));
  const differing: string[] = [];
  let compared = 0;
  for (const { kind, metadata, webhooks = [] } of standing) {
    const wanted = renderedFor(policy, standing, kind).find((object) => object.metadata.name === metadata.name);
    const hooks = new Map(hooksOf(wanted).map((hook) => [hook.name, hook]));
    for (const hook of webhooks as readonly Hook[]) {
      const rendered = hooks.get(hook.name);
      if (rendered === undefined) continue;
      compared += 1;
      for (const setting of SETTINGS)
        if (
          rendered[setting] !== undefined &&
          canonicalJson(rendered[setting]) !== canonicalJson(hook[setting] ?? null)
        )
          differing.push(
            `${setting} of ${hook.name} is ${String(hook[setting])}, and ${String(rendered[setting])} by the policy`,
          );
    }
  }
  const next = `kubectl -n ${patient.namespace} rollout restart deployment ${patient.installation}`;
  const found = differing.length === 0 ? [] : [problem(someOf(differing), next)];
  return orOk(found, `all ${compared} hooks fail and wait as the policy says`);
});

function hooksOf(object: unknown): readonly Hook[] {
  const hooks = isObject(object) ? object.webhooks : undefined;
  return Array.isArray(hooks) ? (hooks as Hook[]) : [];
}
