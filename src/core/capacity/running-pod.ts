import type { Json } from '../compatibility/fit-object.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { controllerOf, ownerOf } from '../kubernetes/owner.ts';
import { readPod } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { separate } from '../sidecar/separate.ts';
import type { Amounts } from './amounts.ts';
import { minus } from './amounts.ts';
import { podAmounts } from './rendered-sidecar.ts';

/** A pod that runs or waits for a node. */
export interface RunningPod {
  readonly namespace: string;
  readonly name: string;
  /** Under which its workload may be listed, the most likely one first: `Deployment/web`. */
  readonly owners: readonly string[];
  readonly node: string | undefined;
  readonly spec: Json;
  readonly ofDaemonSet: boolean;
  /** What its sidecar adds; undefined for a pod without one. */
  readonly sidecar: Amounts | undefined;
}

/** A pod of the API server, as far as capacity asks; undefined for one that cannot be read. */
export function runningPodOf(
  object: unknown,
  namespaceOf: (name: string) => Namespace,
  policy: ActivePolicy,
): RunningPod | undefined {
  const read = readPod(object);
  if ('problems' in read) return undefined;
  const { pod } = read;
  const { namespace, name = '' } = pod.metadata as { readonly namespace?: string; readonly name?: string };
  const spec = fieldsOf(fieldsOf(object).spec);
  const own = policy.profileFor(pod, namespaceOf(namespace ?? '')).own;
  const { original, injectedBefore } = separate(pod, own);
  const owners = [ownerOf(pod), controllerOf(pod)].flatMap((owner) => (owner ? [`${owner.kind}/${owner.name}`] : []));
  return {
    namespace: namespace ?? '',
    name,
    owners: [...owners, `Pod/${name}`],
    node: typeof spec.nodeName === 'string' ? spec.nodeName : undefined,
    spec,
    ofDaemonSet: controllerOf(pod)?.kind === 'DaemonSet',
    sidecar: injectedBefore ? minus(podAmounts(spec), podAmounts(fieldsOf(original.spec))) : undefined,
  };
}
