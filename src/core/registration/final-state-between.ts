import { canonicalJson } from '../json/canonical.ts';
import { all, any } from './cel.ts';
import { FINAL_STATE } from './final-state.ts';
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
  return {
    ...old,
    spec: {
      ...spec,
      matchConstraints: {
        ...spec.matchConstraints,
        namespaceSelector: { matchExpressions: [...expressionsOf(old), ...expressionsOf(next)] },
      },
      matchConditions: [
        ...(old.spec.matchConditions ?? []).map(({ name, expression }) => ({ name: `before-${name}`, expression })),
        ...(next === undefined ? [{ name: 'never', expression: 'false' }] : (next.spec.matchConditions ?? [])),
      ],
      validations: spec.validations.map((validation) => ({
        ...validation,
        expression: any(validation.expression, all(...old.spec.validations.map(({ expression }) => expression))),
      })),
    },
  };
}

const isFinalState = (object: Named): object is AdmissionPolicy =>
  object.kind === 'ValidatingAdmissionPolicy' && object.metadata.name === FINAL_STATE;

function expressionsOf(policy: AdmissionPolicy | undefined): readonly object[] {
  const selector: { readonly matchExpressions?: readonly object[] } =
    policy?.spec.matchConstraints.namespaceSelector ?? {};
  return selector.matchExpressions ?? [];
}
