import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import { type LabelRequirement, type LabelSelector, requirementsOf } from '../kubernetes/label-selector.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { openGroups, unprotected } from './namespace-groups.ts';

/** A mutating webhook configuration as it stands in a cluster, as far as it is read. */
export interface ForeignConfiguration {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly webhooks?: readonly ForeignHook[];
}

interface ForeignHook {
  readonly name: string;
  readonly namespaceSelector?: LabelSelector | null;
  readonly objectSelector?: LabelSelector | null;
}

/** A hook of another injector that is called for pods which Pillion injects. */
export interface InjectorOverlap {
  readonly configuration: string;
  readonly hook: string;
}

// what istiod's chart calls its hooks, behind a prefix that says which namespaces one is for; reference 1.1
const ISTIO_HOOK = /(^|\.)sidecar-injector\.istio\.io$/;

/**
 * The hooks of Istio's own injectors that also select pods to which this policy gives a sidecar: such a pod would get two. Judged by
 * selectors alone, whatever namespaces there are today: by the labels that opt in here, on namespaces and pods that have no others.
 */
export function overlappingInjectors(
  configurations: readonly ForeignConfiguration[],
  policy: ActivePolicy,
): readonly InjectorOverlap[] {
  const ours = selectedByUs(policy);
  return configurations.flatMap(({ metadata, webhooks = [] }) =>
    webhooks
      .filter(({ name }) => ISTIO_HOOK.test(name) || metadata.labels?.app === 'sidecar-injector')
      .filter((hook) => {
        const [namespaces, pods] = [requirementsIn(hook.namespaceSelector), requirementsIn(hook.objectSelector)];
        return ours.some((each) => canMeetBoth(each.namespaces, namespaces) && canMeetBoth(each.pods, pods));
      })
      .map(({ name }) => ({ configuration: metadata.name, hook: name })),
  );
}

interface Selected {
  readonly namespaces: readonly LabelRequirement[];
  readonly pods: readonly LabelRequirement[];
}

/** What Pillion injects, as selectors over the labels of namespaces and pods. */
function selectedByUs(policy: ActivePolicy): readonly Selected[] {
  const { podKey, autoInject, revision } = policy.spec.optIn;
  const asks: LabelRequirement = { key: podKey, operator: 'In', values: ['true'] };
  // it asks by annotation, which no selector sees, or need not ask
  const silent: LabelRequirement = { key: podKey, operator: 'DoesNotExist' };
  const byAlways = policy.spec.alwaysInject.map((selector) => requirementsOf(selector));
  const anyPods = [[asks], [silent], ...(autoInject === 'enabled' ? [] : byAlways.map((each) => [silent, ...each]))];
  const podsOf: Readonly<Record<string, readonly (readonly LabelRequirement[])[]>> = {
    'object.': [[asks, { key: REVISION_LABEL, operator: 'DoesNotExist' }]],
    'revision.object.': anyPods.map((pods) => [...pods, { key: REVISION_LABEL, operator: 'In', values: [revision] }]),
  };
  return openGroups(policy).flatMap(({ prefix, namespaces }) =>
    (podsOf[prefix] ?? anyPods).map((pods) => ({ namespaces: [...namespaces, unprotected(policy)], pods })),
  );
}

const requirementsIn = (selector: LabelSelector | null | undefined): readonly LabelRequirement[] =>
  selector ? requirementsOf(selector) : [];

/** Whether labels of those keys that `ours` names can meet both; keys do not depend on each other, so each is judged by itself. */
function canMeetBoth(ours: readonly LabelRequirement[], theirs: readonly LabelRequirement[]): boolean {
  const named = new Set(ours.map(({ key }) => key));
  // nobody has to have a label that plays no part here, such as the one by which istioctl puts a hook out of use
  const absent = theirs.filter(({ key }) => !named.has(key));
  if (absent.some(({ operator }) => operator === 'In' || operator === 'Exists')) return false;
  return [...named].every((key) => keyCanBeMet([...ours, ...theirs].filter((requirement) => requirement.key === key)));
}

function keyCanBeMet(requirements: readonly LabelRequirement[]): boolean {
  const demanded = requirements.some(({ operator }) => operator === 'In' || operator === 'Exists');
  if (!demanded) return true;
  if (requirements.some(({ operator }) => operator === 'DoesNotExist')) return false;
  const without = new Set(requirements.flatMap((each) => (each.operator === 'NotIn' ? each.values : [])));
  const choices = requirements.flatMap((each) => (each.operator === 'In' ? [each.values] : []));
  const [first, ...others] = choices;
  // with nothing but Exists and NotIn there is always another value
  if (first === undefined) return true;
  return first.some((value) => !without.has(value) && others.every((values) => values.includes(value)));
}
