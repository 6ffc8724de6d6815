import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import { INJECT_CONFIGURATION } from '../../core/registration/pod-hooks.ts';
import { renderRegistration, type WebhookAddress } from '../../core/registration/registration.ts';
import type { StandingObject } from '../registration/manual-judgement.ts';
import type { AppliedObject } from '../registration/registered-objects.ts';
import { addressOf } from './hooks.ts';

/** The objects of a kind as the policy renders them for the address and the caBundle that stand: those are judged elsewhere. */
export function renderedFor(
  policy: ActivePolicy,
  standing: readonly StandingObject[],
  kind: string,
): readonly AppliedObject[] {
  const address = addressIn(standing);
  const names = renderRegistration(policy, address, '').filter((object) => object.kind === kind);
  return names.map((object) => {
    const stands = standing.find((each) => each.kind === kind && each.metadata.name === object.metadata.name);
    const encoded = stands?.webhooks?.[0]?.clientConfig?.caBundle ?? '';
    const bundle = Buffer.from(encoded, 'base64').toString('utf8');
    const same = renderRegistration(policy, address, bundle).find(
      (each) => each.kind === kind && each.metadata.name === object.metadata.name,
    );
    return same ?? object;
  });
}

function addressIn(standing: readonly StandingObject[]): WebhookAddress {
  const hooks = standing.flatMap(({ metadata, webhooks = [] }) =>
    metadata.name === INJECT_CONFIGURATION ? webhooks : [],
  );
  const [first] = hooks.length > 0 ? hooks : standing.flatMap(({ webhooks = [] }) => webhooks);
  return addressOf(first?.clientConfig ?? {});
}
