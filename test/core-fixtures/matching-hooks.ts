import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { renderRegistration } from '../../src/core/registration/registration.ts';
import type { PodJson } from './pods.ts';

interface Hook {
  readonly name: string;
  readonly namespaceSelector: { readonly matchExpressions: readonly Requirement[] };
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface NamespaceJson {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The names of the hooks that an API server would call for the creation of a pod, told from the rendered objects alone. */
export function matchingHooks(policy: ActivePolicy, pod: PodJson, namespace: NamespaceJson): Record<string, string[]> {
  const registration = renderRegistration(policy, { url: 'https://127.0.0.1:8443' }, 'certificate');
  const labels = new Map(Object.entries({ ...namespace.labels, 'kubernetes.io/metadata.name': namespace.name }));
  const object = celValue(pod);
  return Object.fromEntries(
    registration.map(({ kind, webhooks }) => [
      kind,
      (webhooks as unknown as readonly Hook[])
        .filter(({ namespaceSelector }) => namespaceSelector.matchExpressions.every((term) => meets(labels, term)))
        .filter(({ matchConditions = [] }) => matchConditions.every(({ expression }) => holds(expression, object)))
        .map(({ name }) => name),
    ]),
  );
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

type CelValue = string | number | boolean | CelValue[] | Map<string, CelValue>;
type Program = (bindings: { object: CelValue }) => unknown;
const programs = new Map<string, Program>();

// a condition that fails refuses the pod, so a failure is never the same as false
function holds(expression: string, object: CelValue): boolean {
  const program = programs.get(expression) ?? (plan(celEnv(), parse(expression)) as Program);
  programs.set(expression, program);
  const result = program({ object });
  if (isCelError(result)) throw new Error(`${expression}\nfails: ${result.message}`);
  if (typeof result !== 'boolean') throw new Error(`${expression}\nis ${String(result)}`);
  return result;
}

// maps, because an own key of a plain object is hard to tell from an inherited one; null is what Go leaves out
function celValue(json: unknown): CelValue {
  if (Array.isArray(json)) return json.map(celValue);
  if (typeof json !== 'object' || json === null) return json as CelValue;
  const entries = Object.entries(json).filter(([, value]) => value !== null);
  return new Map(entries.map(([key, value]) => [key, celValue(value)]));
}
