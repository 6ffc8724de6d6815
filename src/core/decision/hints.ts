/** Near misses: something that was probably meant otherwise. Each becomes a warning to whoever created the pod. */
export const HINTS = {
  'namespace-label-near': 'the opt-in label of the namespace is nearly right',
  'pod-value-near': 'the pod’s mark is neither "true" nor "false"',
  'marker-on-workload': 'the mark stands on the workload and not on its pod template, where nobody reads it',
  'marker-in-closed-namespace': 'the pod asks for a sidecar in a namespace that has not opted in',
  'label-and-annotation-disagree': 'label and annotation say different things; the label counts',
  'annotation-unknown': 'the pod carries an annotation or label of the mesh that nobody reads',
  'namespace-not-given': 'the namespace is not known here, so its labels count as absent',
} as const satisfies Record<string, string>;

export type HintCode = keyof typeof HINTS;

/** A near miss of one pod; `message` names the values that were found. */
export interface Hint {
  readonly code: HintCode;
  readonly message: string;
}
