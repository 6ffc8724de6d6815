/** Why a controller could not create a pod, when that was because of us. */
export interface CreationFailure {
  /** `unanswered`: nobody answered the API server. `refused`: the pod was judged, and refused. */
  readonly because: 'unanswered' | 'refused';
  /** The hook, or the policy in the API server, that it was about. */
  readonly by: string;
  readonly message: string;
}

// what kube-apiserver says of a webhook that it cannot call, of one that refuses, and of a ValidatingAdmissionPolicy that does; the
// names of our hooks end in pillion.io, those of our policies begin with pillion-. They stand inside the sentences of controllers
const OURS: readonly { readonly because: CreationFailure['because']; readonly pattern: RegExp }[] = [
  { because: 'unanswered', pattern: /failed calling webhook "((?:[a-z0-9-]+\.)*pillion\.io)"/ },
  { because: 'refused', pattern: /admission webhook "((?:[a-z0-9-]+\.)*pillion\.io)" denied the request/ },
  { because: 'refused', pattern: /ValidatingAdmissionPolicy '(pillion-[a-z0-9-]+)' with binding/ },
];

/**
 * What a controller says of a pod that it could not create.
 * @param message of a condition `ReplicaFailure`, or of an event `FailedCreate`
 * @returns undefined when it was not because of us, such as for want of quota
 */
export function creationFailure(message: string): CreationFailure | undefined {
  for (const { because, pattern } of OURS) {
    const by = pattern.exec(message)?.[1];
    if (by !== undefined) return { because, by, message };
  }
  return undefined;
}
