import { canonicalJson } from '../json/canonical.ts';
import { all, any } from './cel.ts';
import { FINAL_STATE } from './final-state.ts';
import type { MatchCondition } from './match-condition.ts';
import type { AdmissionPolicy } from './objects.ts';

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/**
 * The final state for the time between two renderings: it refuses a pod that both refuse, and no other. The API server takes up
 * to a second to read a changed policy (measured); in that second the final state of before would refuse pods that the new
 * policy leaves alone, or gives another sidecar.
 * @returns undefined when there is nothing to bridge: no final state stood, or it stays as it is
 */
export function finalStateBetween(before: readonly Named[], after: readonly Named[]): AdmissionPolicy | undefined {
  const old = before.find(isFinalState);
  const next = after.find(isFinalState);
  if (old === undefined || canonicalJson(old) === canonicalJson(next ?? null)) return undefined;
  const { spec } = next ?? old;
  const expected = next === undefined ? NEVER : (next.spec.matchConditions ?? []);
  return {
    ...old,
    spec: {
      ...spec,
      matchConstraints: {
        ...spec.matchConstraints,
        namespaceSelector: { matchExpressions: distinct([...expressionsOf(old), ...expressionsOf(next)]) },
      },
      matchConditions: [...besides(expected, old.spec.matchConditions ?? []), ...expected],
      validations: spec.validations.map((validation) => ({
        ...validation,
        expression: any(
          ...new Set([validation.expression, all(...old.spec.validations.map(({ expression }) => expression))]),
        ),
      })),
    },
  };
}

const NEVER: readonly MatchCondition[] = [{ name: 'never', expression: 'false' }];

/**
 * What an earlier rendering asks for besides. When one change follows on another it has such conditions itself: each is asked for
 * once, under a name that does not grow, since the API server takes 64 conditions and names of 63 characters.
 */
function besides(expected: readonly MatchCondition[], before: readonly MatchCondition[]): readonly MatchCondition[] {
  const known = new Set(expected.map(({ expression }) => expression));
  return before
    .filter(({ expression }) => !known.has(expression))
    .map(({ name, expression }, index) => ({ name: `before-${index}-${name.replace(BEFORE, '')}`, expression }));
}

const BEFORE = /^before-\d+-/;

const distinct = (parts: readonly object[]): readonly object[] => [
  ...new Map(parts.map((part) => [canonicalJson(part), part])).values(),
];

const isFinalState = (object: Named): object is AdmissionPolicy =>
  object.kind === 'ValidatingAdmissionPolicy' && object.metadata.name === FINAL_STATE;

function expressionsOf(policy: AdmissionPolicy | undefined): readonly object[] {
  const selector: { readonly matchExpressions?: readonly object[] } =
    policy?.spec.matchConstraints.namespaceSelector ?? {};
  return selector.matchExpressions ?? [];
}
