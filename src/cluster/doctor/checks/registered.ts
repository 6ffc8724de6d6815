import { type Finding, orOk, problem, someOf, warning } from '../../../core/doctor/finding.ts';
import { digestOn, withDigest } from '../../registration/content-digest.ts';
import { judgeByHand, type StandingObject } from '../../registration/manual-judgement.ts';
import { ManualObjects } from '../../registration/manual-objects.ts';
import { type MemoryConfigMap, memoryKey, memoryName } from '../../registration/memory-content.ts';
import { type AppliedObject, isManaged, REGISTERED_KINDS } from '../../registration/registered-objects.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';
import type { Patient } from '../patient.ts';
import { renderedFor } from '../rendered-for.ts';

/** Whether what the policy renders stands, as it renders it, and what was deleted by hand. */
export const registered: Check = byPolicy(async (patient, policy) => {
  const all = await patient.configurations();
  const memory = await patient.own<MemoryConfigMap>('/api/v1', 'configmaps', memoryName(patient.installation));
  const standing = all.filter(({ metadata }) => isManaged(metadata));
  const judged = REGISTERED_KINDS.flatMap((kind) =>
    judgeByHand(
      kind,
      renderedFor(policy, standing, kind),
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
  const found = [
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
  ].flat();
  return orOk(found, `all ${judged.length} objects stand as policy ${policy.name} renders them`);
});

const told = (
  objects: readonly { readonly kind: string; readonly name: string }[],
  finding: (names: string) => Finding,
): readonly Finding[] =>
  objects.length === 0 ? [] : [finding(someOf(objects.map(({ kind, name }) => `${kind}/${name}`)))];

/** By the digest that a running Pillion leaves; what somebody else applied the API server compares. */
async function differs({ transport }: Patient, object: StandingObject, wanted: AppliedObject): Promise<boolean> {
  const standing = digestOn(object.metadata);
  if (standing !== undefined) return standing !== withDigest(wanted).digest;
  return await new ManualObjects(transport, new AbortController().signal).differs(object, wanted);
}
