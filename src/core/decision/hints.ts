/** Something that was probably meant otherwise or has another effect than it seems. Each becomes a warning to the caller. */
export const HINTS = {
  'namespace-label-near': 'the opt-in label of the namespace is nearly right',
  'pod-value-near': 'the pod’s mark is neither "true" nor "false"',
  'marker-on-workload': 'the mark stands on the workload and not on its pod template, where nobody reads it',
  'marker-in-closed-namespace': 'the pod asks for a sidecar in a namespace that has not opted in',
  'label-and-annotation-disagree': 'label and annotation say different things; the label counts',
  'annotation-unknown': 'the pod carries an annotation or label of the mesh that nobody reads',
  'override-beyond-policy': 'the pod changes its sidecar beyond what the policy allows, which the policy lets pass',
  'exclusion-ends': 'the policy excludes the pod until a day, for a reason',
  'stage-closed': 'the pod belongs to a stage of the rollout that is closed, or to none',
  'refusal-waived': 'the pod would be refused, and a waiver of the policy excuses it',
  'mark-without-effect': 'the mark of a running pod was changed, which has no effect: it counts when a pod is created',
  'namespace-label-value-invalid': 'the opt-in label of the namespace was given a value that means nothing',
  'namespace-labels-conflict': 'opt-in label and revision label of the namespace say different things',
  'namespace-protected-labelled': 'the namespace was opted in and is one that is never injected',
  'namespace-labelled-by-others': 'the opt-in of the namespace was changed by somebody of none of the groups that may',
  'namespace-closed-while-injected': 'the opt-in of the namespace was taken away while pods with a sidecar run in it',
  'namespace-pods-uncounted':
    'the opt-in of the namespace was taken away, and the pods with a sidecar could not all be counted',
  'traffic-values-refused': 'what the Service says about its traffic is not accepted, and the change passes',
  'traffic-rule-broken': 'what the Service says about its traffic breaks a rule that only warns',
  'traffic-value-left-out': 'something that the Service says about its traffic is not done',
  'traffic-values-unused': 'the Service says something about its traffic, and no sidecar does anything with it',
  'stamp-replaced': 'the caller wrote an annotation that only Pillion writes',
  'sidecar-outdated': 'the pod carries a sidecar that would be rendered otherwise now',
  'namespace-not-given': 'the namespace is not known here, so its labels count as absent',
} as const satisfies Record<string, string>;

export type HintCode = keyof typeof HINTS;

/** A hint about one object; `message` names the values that were found. */
export interface Hint {
  readonly code: HintCode;
  readonly message: string;
  /** Recorded only: nobody is warned. */
  readonly auditOnly?: true;
}

/** A hint about something that the policy lets pass: recorded only when it says Audit, else told as well. */
export const hintUnder = (action: 'Warn' | 'Audit', code: HintCode, message: string): Hint => ({
  code,
  message,
  ...(action === 'Audit' ? { auditOnly: true } : {}),
});
