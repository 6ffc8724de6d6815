import { decide } from '../../../core/decision/decide.ts';
import { askOf } from '../../../core/decision/opt-in/ask.ts';
import { namespaceAnswer } from '../../../core/decision/opt-in/rules.ts';
import { subjectOf } from '../../../core/decision/subject.ts';
import { ok, someOf, warning } from '../../../core/doctor/finding.ts';
import type { Namespace } from '../../../core/kubernetes/namespace.ts';
import type { Pod } from '../../../core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../../core/policy/active-policy.ts';
import { ANNOTATIONS } from '../../../core/sidecar/names.ts';
import { pagedList } from '../../paged-list.ts';
import { readJson } from '../../read-json.ts';
import type { Check } from '../examine.ts';
import type { Patient } from '../patient.ts';

// each is read whole, to know what keeps it from having one
const READ_WHOLE = 50;

const LISTED_WITHIN_MS = 60_000;

const RUNNING = 'status.phase!=Succeeded,status.phase!=Failed';

/** Which pods run without the sidecar that they asked for. */
export const missedPods: Check = async (patient) => {
  const policy = await patient.policy().catch(() => undefined);
  if (policy === undefined) return [warning('cannot look: the policy is not known')];
  const isOpen = ({ name, labels }: Namespace) =>
    namespaceAnswer(labels, policy.spec.optIn) === undefined && !policy.protectedNamespaces.has(name);
  const open = new Map((await patient.namespaces()).filter(isOpen).map((namespace) => [namespace.name, namespace]));
  const bare = await askingAndBare(patient, open, policy);
  const missed: string[] = [];
  for (const { namespace, name } of bare.slice(0, READ_WHOLE)) {
    const path = `/api/v1/namespaces/${namespace.name}/pods/${encodeURIComponent(name)}`;
    const pod = await readJson<Pod>(patient.transport, path);
    // those about which Pillion decides otherwise, such as pods on the host network, miss nothing
    if (pod && decide(subjectOf(pod, namespace, policy, '')).verdict === 'inject')
      missed.push(`${namespace.name}/${name}`);
  }
  if (missed.length === 0) return [ok('every pod that asked has its sidecar')];
  const more = bare.length > READ_WHOLE ? `at least ${missed.length}` : String(missed.length);
  const first = bare.find(({ namespace, name }) => `${namespace.name}/${name}` === missed[0]);
  const next = `kubectl -n ${first?.namespace.name} delete pod ${first?.name}`;
  return [
    warning(`${more} pods asked and run without a sidecar: ${someOf(missed)}; their controllers make new ones`, next),
  ];
};

/** The pods of open namespaces that ask by a mark and carry no sign of a sidecar. */
async function askingAndBare(
  { transport }: Patient,
  open: ReadonlyMap<string, Namespace>,
  { spec }: ActivePolicy,
): Promise<readonly { readonly namespace: Namespace; readonly name: string }[]> {
  const found: { namespace: Namespace; name: string }[] = [];
  const signal = AbortSignal.timeout(LISTED_WITHIN_MS);
  await pagedList(
    transport,
    '/api/v1/pods',
    signal,
    (metadata) => {
      const namespace = open.get(metadata.namespace ?? '');
      if (namespace === undefined || metadata.deletionTimestamp !== undefined) return;
      if (Object.hasOwn(metadata.annotations ?? {}, ANNOTATIONS.status)) return;
      const { says } = askOf({ metadata } as unknown as Pod, spec.optIn.podKey);
      if (says === 'yes' || (says === 'nothing' && spec.optIn.autoInject === 'enabled'))
        found.push({ namespace, name: metadata.name });
    },
    { fieldSelector: RUNNING },
  );
  return found;
}
