import { celValue, evaluated, holds } from '../../src/cli/evaluated-cel.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import type { AdmissionPolicy, RegisteredObject, Rule } from '../../src/core/registration/objects.ts';
import { renderRegistration } from '../../src/core/registration/registration.ts';
import type { Json, PodJson } from './pods.ts';

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface Selecting {
  readonly namespaceSelector?: { readonly matchExpressions: readonly Requirement[] };
}

export interface NamespaceJson {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A request to an API server. */
export interface ApiRequest {
  /** The group may be left out, the subresource as well: `apps/deployments`, `pods/status`. */
  readonly resource: string;
  readonly object: Json;
  /** Given for an update. */
  readonly oldObject?: Json;
  /** Left out for an object that is in none. */
  readonly namespace?: NamespaceJson;
}

/** The objects, rendered for a webhook nobody calls. */
export const rendered = (policy: ActivePolicy): readonly RegisteredObject[] =>
  renderRegistration(policy, { url: 'https://127.0.0.1:8443' }, 'certificate');

/** The names of the hooks that an API server would call for the creation of a pod, by the kind of their configuration. */
export function matchingHooks(policy: ActivePolicy, pod: PodJson, namespace: NamespaceJson): Record<string, string[]> {
  const request = { resource: 'pods', object: pod, namespace };
  const kinds = { MutatingWebhookConfiguration: [] as string[], ValidatingWebhookConfiguration: [] as string[] };
  for (const object of rendered(policy)) if ('webhooks' in object) kinds[object.kind].push(...hooksOf(object, request));
  return kinds;
}

/** The names of the hooks of one configuration that an API server would call for a request. */
export const calledHooks = (policy: ActivePolicy, configuration: string, request: ApiRequest): string[] =>
  rendered(policy).flatMap((object) =>
    'webhooks' in object && object.metadata.name === configuration ? hooksOf(object, request) : [],
  );

function hooksOf({ webhooks }: Extract<RegisteredObject, { webhooks: unknown }>, request: ApiRequest): string[] {
  const bindings = bindingsOf(request);
  return webhooks
    .filter(({ rules, ...hook }) => selects(hook as Selecting, rules, request))
    .filter(({ matchConditions = [] }) => matchConditions.every(({ expression }) => holds(expression, bindings)))
    .map(({ name }) => name);
}

/** The messages with which the policy of this name answers a request; undefined when there is no such policy. */
export function messagesOf(policy: ActivePolicy, name: string, request: ApiRequest): string[] | undefined {
  const found = rendered(policy).find(
    (object): object is AdmissionPolicy => object.kind === 'ValidatingAdmissionPolicy' && object.metadata.name === name,
  );
  return found && messages(found, request);
}

/** The messages with which a policy answers a request. */
export function messages({ spec }: AdmissionPolicy, request: ApiRequest): string[] {
  const { matchConstraints, matchConditions = [], variables = [], validations } = spec;
  if (!selects(matchConstraints as Selecting, matchConstraints.resourceRules, request)) return [];
  const bindings = bindingsOf(request);
  // a condition of a policy sees no namespace (k8s.io/apiserver v0.37, matchconditions/matcher.go)
  if (!matchConditions.every(({ expression }) => holds(expression, bindings))) return [];
  const { namespace } = request;
  const namespaceObject = celValue(namespace && { metadata: { name: namespace.name, labels: namespace.labels } });
  const seen = { ...bindings, namespaceObject };
  const values = celValue(Object.fromEntries(variables.map(({ name, expression }) => [name, holds(expression, seen)])));
  return validations
    .filter(({ expression }) => !holds(expression, { ...seen, variables: values }))
    .map(({ message, messageExpression }) =>
      messageExpression === undefined ? message : String(evaluated(messageExpression, seen)),
    );
}

export const bindingsOf = ({ object, oldObject }: ApiRequest) => ({
  object: celValue(object),
  oldObject: celValue(oldObject),
});

/** Whether rules and selector of an object match a request. */
export function selects({ namespaceSelector }: Selecting, rules: readonly Rule[], request: ApiRequest): boolean {
  const { resource, oldObject, namespace } = request;
  const operation = oldObject === undefined ? 'CREATE' : 'UPDATE';
  const listed = rules.some(
    ({ apiGroups, operations, resources, scope }) =>
      operations.includes(operation) &&
      scope === (namespace === undefined ? 'Cluster' : 'Namespaced') &&
      apiGroups.some((group) => resources.some((name) => (group === '' ? name : `${group}/${name}`) === resource)),
  );
  const labels = new Map(Object.entries(namespace?.labels ?? {}));
  if (namespace !== undefined) labels.set('kubernetes.io/metadata.name', namespace.name);
  return listed && (namespaceSelector?.matchExpressions ?? []).every((term) => meets(labels, term));
}

function meets(labels: ReadonlyMap<string, string>, { key, operator, values = [] }: Requirement): boolean {
  const value = labels.get(key);
  const listed = value !== undefined && values.includes(value);
  const answers: Record<string, boolean> = {
    Exists: value !== undefined,
    DoesNotExist: value === undefined,
    In: listed,
    NotIn: !listed,
  };
  const answer = answers[operator];
  if (answer === undefined) throw new Error(`a selector cannot say ${operator}`);
  return answer;
}
