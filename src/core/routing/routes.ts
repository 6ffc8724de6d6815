import { type Bindings, type Evaluate, type JudgedCondition, judgedConditions } from './conditions.ts';
import type { Registered, RoutedRequest, StandingHook, StandingPolicy } from './request.ts';
import { isAbout, type Unselected, unselected } from './selection.ts';

/** How an API server deals with a request at one hook. */
export interface HookRoute {
  readonly configuration: string;
  readonly hook: string;
  readonly mutating: boolean;
  /** `refused`: a condition fails, and so does the request. */
  readonly outcome: 'called' | 'not-called' | 'refused';
  readonly unselected?: Unselected;
  /** The conditions that were asked, each with what it says; none where a selector keeps the request out. */
  readonly conditions: readonly JudgedCondition[];
}

/** How an API server deals with a request by an in-tree policy. */
export interface PolicyRoute {
  readonly policy: string;
  /** Such as Deny; none where nothing puts it in force. */
  readonly actions: readonly string[];
  readonly outcome: 'objects' | 'content' | 'not-asked' | 'fails';
  readonly unselected?: Unselected;
  readonly conditions: readonly JudgedCondition[];
  /** What it objects with. */
  readonly messages: readonly string[];
}

/** Whom an API server asks about a request, of everything that is about such requests. */
export interface Routes {
  readonly hooks: readonly HookRoute[];
  readonly policies: readonly PolicyRoute[];
}

/**
 * How an API server routes a request through what Pillion registers.
 * @param final the request as validating hooks and policies see it, after every change
 */
export function routesOf(
  { configurations, policies, bindings }: Registered,
  request: RoutedRequest,
  final: RoutedRequest,
  evaluate: Evaluate,
): Routes {
  const hooks = configurations.flatMap(({ kind, metadata, webhooks }) => {
    const mutating = kind === 'MutatingWebhookConfiguration';
    const seen = mutating ? request : final;
    return (webhooks ?? [])
      .filter(({ rules }) => isAbout(rules, seen))
      .map((hook) => ({ configuration: metadata.name, hook: hook.name, mutating, ...hookRoute(hook, seen, evaluate) }));
  });
  const actionsOf = (name: string) =>
    bindings.filter(({ spec }) => spec?.policyName === name).flatMap(({ spec }) => spec?.validationActions ?? []);
  return {
    hooks,
    policies: policies
      .filter(({ spec }) => isAbout(spec?.matchConstraints?.resourceRules, final))
      .map((policy) => ({
        policy: policy.metadata.name,
        actions: [...new Set(actionsOf(policy.metadata.name))],
        ...policyRoute(policy, final, evaluate),
      })),
  };
}

type HookOutcome = Pick<HookRoute, 'outcome' | 'unselected' | 'conditions'>;

function hookRoute(hook: StandingHook, request: RoutedRequest, evaluate: Evaluate): HookOutcome {
  const out = unselected(hook, request);
  if (out !== undefined) return { outcome: 'not-called', unselected: out, conditions: [] };
  const conditions = judgedConditions(hook.matchConditions, bindingsOf(request), evaluate);
  // one that is false decides, whatever fails beside it (k8s.io/apiserver, matchconditions/matcher.go)
  if (conditions.some(({ holds }) => holds === false)) return { outcome: 'not-called', conditions };
  const fails = conditions.some(({ holds }) => holds === 'fails');
  if (!fails) return { outcome: 'called', conditions };
  return { outcome: hook.failurePolicy === 'Ignore' ? 'not-called' : 'refused', conditions };
}

const bindingsOf = ({ object, oldObject }: RoutedRequest): Bindings => ({ object, oldObject });

type PolicyOutcome = Pick<PolicyRoute, 'outcome' | 'unselected' | 'conditions' | 'messages'>;

function policyRoute({ spec = {} }: StandingPolicy, request: RoutedRequest, evaluate: Evaluate): PolicyOutcome {
  const out = unselected(spec.matchConstraints ?? {}, request);
  if (out !== undefined) return { outcome: 'not-asked', unselected: out, conditions: [], messages: [] };
  // a condition of a policy sees no namespace
  const conditions = judgedConditions(spec.matchConditions, bindingsOf(request), evaluate);
  if (conditions.some(({ holds }) => holds === false)) return { outcome: 'not-asked', conditions, messages: [] };
  if (conditions.some(({ holds }) => holds === 'fails')) return { outcome: 'fails', conditions, messages: [] };
  try {
    const messages = objections(spec, request, evaluate);
    return { outcome: messages.length > 0 ? 'objects' : 'content', conditions, messages };
  } catch (error) {
    return { outcome: 'fails', conditions, messages: [(error as Error).message] };
  }
}

function objections(
  { variables, validations }: NonNullable<StandingPolicy['spec']>,
  request: RoutedRequest,
  evaluate: Evaluate,
): readonly string[] {
  const { name, labels } = request.namespace;
  const seen = { ...bindingsOf(request), namespaceObject: { metadata: { name, labels } } };
  const values: Record<string, unknown> = {};
  for (const variable of variables ?? [])
    values[variable.name] = evaluate(variable.expression, { ...seen, variables: values });
  return (validations ?? [])
    .filter(({ expression }) => evaluate(expression, { ...seen, variables: values }) !== true)
    .map(({ message = '', messageExpression }) =>
      messageExpression === undefined ? message : String(evaluate(messageExpression, { ...seen, variables: values })),
    );
}
