/** What the API server refuses by itself, in CEL, beside what a schema can say. */
export interface ObjectRule {
  /** The place it is said of, by its path in the schema of the object; `[]` is an item of a list. */
  readonly at: string;
  readonly rule: string;
  /** What stands there, what is accepted, and the way out. */
  readonly message: string;
}

const SELECTOR = '(has(self.namespaceSelector) || has(self.podSelector))';
const NO_SELECTOR = 'has no selector; give namespaceSelector, podSelector or both';
const LAST = 'self.profiles[size(self.profiles) - 1]';
const ONLY_QUANTITIES = 'is no quantity, such as 100m or 128Mi';

/**
 * Rules of an InjectionPolicy, as `policyProblems` in core says them. Defaults are filled in before they are asked, but
 * not in the default of `spec` itself, which is judged as it stands. What needs a table that
 * only Pillion has, such as the annotations there are, is left to it.
 */
export const INJECTION_POLICY_RULES: readonly ObjectRule[] = [
  {
    at: '',
    rule: "self.metadata.name != 'default' || self.spec.mode == 'Enforce'",
    message: 'spec.mode is Shadow; accepted for the policy default, which decides: Enforce',
  },
  {
    at: '',
    rule: "self.metadata.name == 'default' || self.spec.mode == 'Shadow'",
    message:
      'spec.mode is Enforce, as when it is left out; accepted: Shadow, since only the policy with the name default decides',
  },
  {
    at: '/spec',
    rule: `!has(self.profiles) || size(self.profiles) == 0 || (!has(${LAST}.namespaceSelector) && !has(${LAST}.podSelector))`,
    message: 'the last of profiles has a selector; end the list with a profile for all the rest',
  },
  {
    at: '/spec',
    rule: "!has(self.onError) || !has(self.finalState) || self.onError != 'Admit' || self.finalState != 'Deny'",
    message:
      'onError is Admit, but finalState Deny refuses a pod without its sidecar all the same; set finalState Warn or Off, or onError Refuse',
  },
  { at: '/spec/exclusions[]', rule: SELECTOR, message: NO_SELECTOR },
  { at: '/spec/waivers[]/scope', rule: SELECTOR, message: NO_SELECTOR },
  {
    at: '/spec/overrides/allow',
    rule: 'self.all(one, self.exists_one(other, other.key == one.key))',
    message: 'has a key for the second time; keep one entry',
  },
  { at: '/spec/overrides/allow[]', rule: '!has(self.min) || isQuantity(self.min)', message: `min ${ONLY_QUANTITIES}` },
  { at: '/spec/overrides/allow[]', rule: '!has(self.max) || isQuantity(self.max)', message: `max ${ONLY_QUANTITIES}` },
  {
    at: '/spec/overrides/allow[]',
    rule: '!has(self.min) || !has(self.max) || !isQuantity(self.min) || !isQuantity(self.max) || quantity(self.min).compareTo(quantity(self.max)) <= 0',
    message: 'min is above max; exchange them',
  },
];

/** Adds rules to the schema of an object. */
export function withRules<S extends object>(schema: S, rules: readonly ObjectRule[]): S {
  const copy = structuredClone(schema) as S;
  for (const { at, rule, message } of rules) {
    const part = partAt(copy as Part, at);
    part['x-kubernetes-validations'] = [...(part['x-kubernetes-validations'] ?? []), { rule, message }];
  }
  return copy;
}

interface Part {
  readonly properties?: Readonly<Record<string, Part>>;
  readonly items?: Part;
  'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

/** @throws Error for a place that the schema does not have */
function partAt(schema: Part, path: string): Part {
  const steps = path.replaceAll('[]', '/[]').split('/').slice(1);
  return steps.reduce((part, step) => {
    const next = step === '[]' ? part.items : part.properties?.[step];
    if (next === undefined) throw new Error(`a rule is about ${path}, where the schema has nothing`);
    return next;
  }, schema);
}
