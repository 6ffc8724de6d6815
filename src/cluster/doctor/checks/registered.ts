import { type Finding, ok, problem, someOf, warning } from '../../../core/doctor/finding.ts';
import type { ActivePolicy } from '../../../core/policy/active-policy.ts';
import { INJECT_CONFIGURATION } from '../../../core/registration/pod-hooks.ts';
import { renderRegistration, type WebhookAddress } from '../../../core/registration/registration.ts';
import { digestOn, withDigest } from '../../registration/content-digest.ts';
import { judgeByHand, type StandingObject } from '../../registration/manual-judgement.ts';
import { ManualObjects } from '../../registration/manual-objects.ts';
import { type MemoryConfigMap, memoryKey, memoryName } from '../../registration/memory-content.ts';
import { type AppliedObject, isManaged, REGISTERED_KINDS } from '../../registration/registered-objects.ts';
import type { Check } from '../examine.ts';
import type { Patient } from '../patient.ts';

/** Whether what the policy renders stands, as it renders it, and what was deleted by hand. */
export const registered: Check = async (patient) => {
  const [policy, all] = [await patient.policy().catch(() => undefined), await patient.configurations()];
  if (policy === undefined) return [warning('cannot look: the policy is not known')];
  const memory = await patient.own<MemoryConfigMap>('/api/v1', 'configmaps', memoryName(patient.installation));
  const standing = all.filter(({ metadata }) => isManaged(metadata));
  const judged = REGISTERED_KINDS.flatMap((kind) =>
    judgeByHand(
      kind,
      rendered(policy, standing, kind),
      standing.filter((object) => object.kind === kind),
    ).map((name) => ({ kind, ...name })),
  );
  const absent = judged.filter(({ object }) => object === undefined);
  const remembers = ({ kind, name }: { kind: string; name: string }) =>
    Object.hasOwn(memory?.data ?? {}, memoryKey(kind, name));
  const differing: { kind: string; name: string }[] = [];
  for (const { kind, name, object, wanted } of judged)
    if (object && wanted && (await differs(patient, object, wanted))) differing.push({ kind, name });
  const { namespace, installation } = patient;
  const logs = `kubectl -n ${namespace} logs deployment/${installation} --tail=50`;
  return orOk(`all ${judged.length} objects stand as policy ${policy.name} renders them`, [
    told(absent.filter(remembers), (names) =>
      problem(`deleted by hand, so what it does is off: ${names}`, 'pillion registration restore'),
    ),
    told(
      absent.filter((each) => !remembers(each)),
      (names) => problem(`not registered: ${names}`, logs),
    ),
    told(differing, (names) => problem(`stands otherwise than the policy renders it: ${names}`, logs)),
    told(
      judged.filter(({ wanted }) => wanted === undefined),
      (names) => warning(`stands, and the policy does not render it: ${names}`, logs),
    ),
  ]);
};

const told = (
  objects: readonly { readonly kind: string; readonly name: string }[],
  finding: (names: string) => Finding,
): readonly Finding[] =>
  objects.length === 0 ? [] : [finding(someOf(objects.map(({ kind, name }) => `${kind}/${name}`)))];

const orOk = (says: string, found: readonly (readonly Finding[])[]): readonly Finding[] => {
  const findings = found.flat();
  return findings.length === 0 ? [ok(says)] : findings;
};

/** The objects of a kind as the policy renders them for the address and the caBundle that stand: those are judged elsewhere. */
function rendered(policy: ActivePolicy, standing: readonly StandingObject[], kind: string): readonly AppliedObject[] {
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
  const { url, service } = (first?.clientConfig ?? {}) as {
    readonly url?: string;
    readonly service?: { readonly namespace: string; readonly name: string; readonly port?: number };
  };
  if (url !== undefined) return { url: new URL(url).origin };
  const { namespace = '', name = '', port = 443 } = service ?? {};
  return { service: { namespace, name, port } };
}

/** By the digest that a running Pillion leaves; what somebody else applied the API server compares. */
async function differs({ transport }: Patient, object: StandingObject, wanted: AppliedObject): Promise<boolean> {
  const standing = digestOn(object.metadata);
  if (standing !== undefined) return standing !== withDigest(wanted).digest;
  return await new ManualObjects(transport, new AbortController().signal).differs(object, wanted);
}
