import {
  NAMESPACE_ALLOW_REASONS,
  NAMESPACE_DENY_REASONS,
  type NamespaceAllowReason,
  type NamespaceDenyReason,
} from './namespace-reasons.ts';
import {
  POLICY_ALLOW_REASONS,
  POLICY_DENY_REASONS,
  type PolicyAllowReason,
  type PolicyDenyReason,
} from './policy-reasons.ts';
import {
  SERVICE_ALLOW_REASONS,
  SERVICE_DENY_REASONS,
  type ServiceAllowReason,
  type ServiceDenyReason,
} from './service-reasons.ts';

/** One entry of a catalogue: what holds, and what a person can do about it. */
export interface Explanation {
  /** Completes "The pod was injected/left alone/refused, because ...". */
  readonly sentence: string;
  readonly hint: string;
}

export type Verdict = 'inject' | 'skip' | 'deny' | 'allow' | 'error';

export const INJECT_REASONS = {
  'opted-in': { sentence: 'it asks for a sidecar', hint: 'To leave it out, remove its mark or set it to "false".' },
  'always-selector': {
    sentence: 'it says nothing and its labels match alwaysInject of the policy',
    hint: 'To leave it out, set its mark to "false".',
  },
  'auto-inject': {
    sentence: 'it says nothing and the policy injects silent pods of enabled namespaces',
    hint: 'To leave it out, set its mark to "false".',
  },
} as const satisfies Record<string, Explanation>;

export const SKIP_REASONS = {
  'mirror-pod': {
    sentence: 'it is the mirror of a static pod, which the kubelet runs whatever the API server says',
    hint: 'Run the application as a Deployment or DaemonSet if it needs a sidecar.',
  },
  'windows-pod': { sentence: 'it runs on Windows, where there is no sidecar', hint: 'Nothing to do.' },
  'host-network': {
    sentence: 'it uses the network of its node, where a redirect would capture the whole node',
    hint: 'Remove hostNetwork if the application does not need it.',
  },
  'namespace-protected': {
    sentence: 'its namespace is one that is never injected',
    hint: 'Run the application in a namespace of its own.',
  },
  'namespace-not-enabled': {
    sentence: 'its namespace has not opted in',
    hint: 'Label the namespace to opt in; by default: kubectl label namespace NAME istio-injection=enabled',
  },
  'namespace-disabled': {
    sentence: 'its namespace has opted out',
    hint: 'Change the opt-in label of the namespace; by default "enabled" opts in.',
  },
  'namespace-label-invalid': {
    sentence: 'the opt-in label of its namespace has a value that means nothing',
    hint: 'Mend the opt-in label of the namespace; by default it is "enabled" or "disabled".',
  },
  'other-revision': {
    sentence: 'its namespace or its own label asks for another revision of the mesh',
    hint: 'Change the label istio.io/rev to the revision that this policy serves.',
  },
  'already-injected': { sentence: 'it carries the sidecar already', hint: 'Nothing to do.' },
  excluded: {
    sentence: 'the policy excludes it',
    hint: 'Ask the operators to end the exclusion, if the reason for it is gone.',
  },
  'stage-not-open': {
    sentence: 'no open stage of the rollout covers it',
    hint: 'Wait until its stage is opened, and create the pod anew then; pillion rollout plan --current shows the stages.',
  },
  'other-injector': {
    sentence: 'it carries the sidecar of another mesh',
    hint: 'Switch the other injector off for this pod first: two proxies would capture each other.',
  },
  'opted-out': { sentence: 'it asks to stay without a sidecar', hint: 'Set its mark to "true" to opt in.' },
  'never-selector': {
    sentence: 'it says nothing and its labels match neverInject of the policy',
    hint: 'Set its mark to "true" to opt in all the same.',
  },
  'not-opted-in': {
    sentence: 'it does not ask for a sidecar',
    hint: 'Mark the pod template to opt in; by default with the annotation sidecar.istio.io/inject: "true".',
  },
  'hook-not-called': {
    sentence: 'it was to be decided about at its creation, and the hook for that was not called',
    hint: 'Check that zz-pillion-inject is registered and that no webhook called after it sets the mark; then create the pod again.',
  },
  'sidecar-changed-afterwards': {
    sentence: 'it was injected, and a webhook that is called later changed its sidecar or its place',
    hint: 'Compare the pod with its record, and let that webhook sort before zz-pillion-inject or leave pods with a sidecar alone.',
  },
  'not-a-pod-creation': {
    sentence: 'the request does not create a pod',
    hint: 'Register this path for the creation of pods only.',
  },
} as const satisfies Record<string, Explanation>;

export const DENY_REASONS = {
  'invalid-annotation': {
    sentence: 'it asks for a sidecar with settings that cannot be read',
    hint: 'Mend the annotations that are named.',
  },
  'override-forbidden': {
    sentence: 'it overrides a part of the sidecar that is not its to change',
    hint: 'Remove what is named, or ask the operators to allow it in overrides of the policy.',
  },
  'override-out-of-bounds': {
    sentence: 'it asks for amounts or values that the policy does not allow or that do not fit each other',
    hint: 'Keep each amount and value within its bounds and each request at or below its limit.',
  },
  'uid-conflict': {
    sentence: 'one of its containers runs as the user of the sidecar, so its traffic would pass by the sidecar',
    hint: 'Give the container another runAsUser than 1337.',
  },
  'port-conflict': {
    sentence: 'one of its containers listens on a port of the sidecar',
    hint: 'Move the container to another port; the sidecar’s are 15001, 15006, 15020, 15021 and 15090, and with an istio profile also 15000, 15004, 15008 and 15053.',
  },
  'sidecar-impersonation': {
    sentence: 'it brings a container of its own under the name of the sidecar',
    hint: 'Rename the container, or set its image to "auto" to override the sidecar’s resources.',
  },
  'pod-security-forbids': {
    sentence: 'the Pod Security level of its namespace forbids what the sidecar or its redirect needs',
    hint: 'Use a profile with capture: None or Cni, or label the namespace pod-security.kubernetes.io/enforce: privileged.',
  },
  'job-needs-native-sidecar': {
    sentence: 'it belongs to a Job, which would never complete beside a sidecar in Classic order',
    hint: 'Use a profile with order: Native for Jobs, or leave them out.',
  },
  'probe-not-rewritable': {
    sentence: 'the sidecar could not answer for one of its probes or life cycle calls, so it would never become ready',
    hint: 'Mend the probes that are named, or leave them as they are with sidecar.istio.io/rewriteAppHTTPProbers: "false".',
  },
  'rendered-pod-invalid': {
    sentence: 'the pod with its sidecar would not be a valid pod',
    hint: 'Mend the fields that are named.',
  },
  'rendered-config-too-large': {
    sentence: 'the sidecar’s configuration is larger than an annotation may be',
    hint: 'Use fewer features in the profile, or split the profile.',
  },
} as const satisfies Record<string, Explanation>;

export const ERROR_REASONS = {
  'internal-error': {
    sentence: 'Pillion itself failed on it',
    hint: 'Look for the request uid in the log of Pillion and report the stack trace; the pod is not at fault.',
  },
  'namespace-unknown': {
    sentence: 'its namespace could not be read',
    hint: 'Try again; when it stays, check that Pillion may list namespaces and reaches the API server.',
  },
  'deadline-exceeded': {
    sentence: 'there was no time left to decide about it',
    hint: 'Try again; when it stays, add replicas or CPU to Pillion.',
  },
  'review-unsupported': {
    sentence: 'the API server asked in a way that is not understood',
    hint: 'Register with admissionReviewVersions: ["v1"].',
  },
} as const satisfies Record<string, Explanation>;

export type InjectReason = keyof typeof INJECT_REASONS;
export type SkipReason = keyof typeof SKIP_REASONS;
export type DenyReason = keyof typeof DENY_REASONS;
export type ErrorReason = keyof typeof ERROR_REASONS;
export type Reason =
  | InjectReason
  | SkipReason
  | DenyReason
  | NamespaceAllowReason
  | NamespaceDenyReason
  | PolicyAllowReason
  | PolicyDenyReason
  | ServiceAllowReason
  | ServiceDenyReason
  | ErrorReason;

/** Every reason with its verdict and its explanation: the closed list behind records, metrics, messages and docs. */
export const REASONS: ReadonlyMap<Reason, Explanation & { readonly verdict: Verdict }> = new Map([
  ...entries('inject', INJECT_REASONS),
  ...entries('skip', SKIP_REASONS),
  ...entries('deny', DENY_REASONS),
  ...entries('allow', NAMESPACE_ALLOW_REASONS),
  ...entries('deny', NAMESPACE_DENY_REASONS),
  ...entries('allow', POLICY_ALLOW_REASONS),
  ...entries('deny', POLICY_DENY_REASONS),
  ...entries('allow', SERVICE_ALLOW_REASONS),
  ...entries('deny', SERVICE_DENY_REASONS),
  ...entries('error', ERROR_REASONS),
]);

function entries<R extends Reason>(
  verdict: Verdict,
  catalogue: Record<R, Explanation>,
): [Reason, Explanation & { verdict: Verdict }][] {
  return (Object.entries(catalogue) as [R, Explanation][]).map(([reason, explanation]) => [
    reason,
    { verdict, ...explanation },
  ]);
}

/** What a reason says; every reason is in the catalogue. */
export function explanationOf(reason: Reason): Explanation {
  return REASONS.get(reason) as Explanation;
}
