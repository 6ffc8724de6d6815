import { annotationsOf, labelsOf, ownValue } from '../kubernetes/pod.ts';
import { quoted } from '../problem/quoted.ts';
import { UNSUPPORTED_ANNOTATIONS } from '../sidecar/profiles/istio/annotations.ts';
import { KNOWN_ANNOTATIONS } from '../sidecar/profiles/known-annotations.ts';
import { ISTIO_STATUS } from './checks/other-injector.ts';
import type { Hint } from './hints.ts';
import { nearest } from './nearest.ts';
import { type Ask, askOf } from './opt-in/ask.ts';
import { meantLabelValue, saysYes } from './opt-in/label-value.ts';
import { OPT_IN_RULES } from './opt-in/rules.ts';
import type { Subject } from './subject.ts';

/** One kind of near miss; nothing when there is none. */
type NearMiss = (subject: Subject, ask: Ask) => Hint | readonly Hint[] | undefined;

const namespaceLabelNear: NearMiss = ({ namespace, policy }) => {
  const { key, enabled, disabled } = policy.spec.optIn.namespaceLabel;
  const value = ownValue(namespace.labels, key);
  if (value === undefined || value === enabled || value === disabled) return undefined;
  const near = meantLabelValue(value, { enabled, disabled });
  if (near === undefined) return undefined;
  const message = `the label ${key} of namespace ${namespace.name} is ${quoted(value)}; did you mean ${quoted(near)}?`;
  return { code: 'namespace-label-near', message };
};

const podValueNear: NearMiss = ({ policy }, { label, annotation }) => {
  const value = label ?? annotation;
  if (value === undefined || value === 'true' || value === 'false') return undefined;
  const near = saysYes(value) ? 'true' : nearest(value, ['true', 'false']);
  const { podKey } = policy.spec.optIn;
  const advice = near === undefined ? 'only "true" and "false" count' : `did you mean ${quoted(near)}?`;
  return { code: 'pod-value-near', message: `${podKey} of the pod is ${quoted(value)}; ${advice}` };
};

const labelAndAnnotationDisagree: NearMiss = ({ policy }, { label, annotation }) => {
  if (label === undefined || annotation === undefined || label === annotation) return undefined;
  const message = `${policy.spec.optIn.podKey} is ${quoted(label)} as a label and ${quoted(annotation)} as an annotation; the label counts`;
  return { code: 'label-and-annotation-disagree', message };
};

const markerInClosedNamespace: NearMiss = ({ pod, namespace, policy }, { says }) => {
  const { optIn } = policy.spec;
  const closed = OPT_IN_RULES[optIn.rule](namespace.labels, pod, optIn);
  if (says !== 'yes' || (closed !== 'namespace-not-enabled' && closed !== 'namespace-label-invalid')) return undefined;
  const { key, enabled } = optIn.namespaceLabel;
  const message = `the pod asks for a sidecar, but its namespace is not enabled: kubectl label namespace ${namespace.name} ${key}=${enabled} --overwrite`;
  return { code: 'marker-in-closed-namespace', message };
};

/** Keys that speak to the injector and its sidecar, and to nobody else. */
const TO_SIDECAR = /^(?:(?:[a-z]+\.)*sidecar|proxy|inject|prometheus)\.istio\.io\//;
// what an injector writes there itself, or leaves as it finds it
const NO_WISHES: ReadonlySet<string> = new Set([
  ISTIO_STATUS,
  'proxy.istio.io/overrides',
  'prometheus.istio.io/secure-port',
]);

const keyUnknown: NearMiss = ({ pod, policy, profile: { annotations } }) => {
  const { podKey } = policy.spec.optIn;
  const isRead = (key: string) => key === podKey || annotations.has(key) || NO_WISHES.has(key);
  return [
    ...unknownKeys(
      'label',
      Object.keys(labelsOf(pod)).filter((key) => key !== podKey),
      () => [podKey],
    ),
    ...unknownKeys(
      'annotation',
      Object.keys(annotationsOf(pod)).filter((key) => !isRead(key)),
      () => [podKey, ...annotations.keys()],
    ),
  ];
};

// three are enough to see what is wrong, and a pod may carry thousands
function unknownKeys(kind: string, unread: readonly string[], knownKeys: () => readonly string[]): Hint[] {
  const unknown = unread.filter((key) => TO_SIDECAR.test(key));
  if (unknown.length === 0) return [];
  const known = knownKeys();
  return unknown
    .sort()
    .slice(0, 3)
    .map((key) => ({
      code: 'annotation-unknown',
      message: `the ${kind} ${quoted(key)} is not read; ${adviceFor(key, known)}`,
    }));
}

// a key that Istio has was meant as it stands, however near another one is: exclude is the opposite of include
function adviceFor(key: string, known: readonly string[]): string {
  if (KNOWN_ANNOTATIONS.has(key) || UNSUPPORTED_ANNOTATIONS.has(key))
    return 'Istio has it, this sidecar does not support it';
  const near = nearest(key, known);
  return near === undefined ? 'see docs/annotations.md for those that are' : `did you mean ${near}?`;
}

const NEAR_MISSES: readonly NearMiss[] = [podValueNear, labelAndAnnotationDisagree, keyUnknown];

/** Advice to open the namespace, which helps only where nothing else stands in the way. */
const NEAR_MISSES_OF_NAMESPACE: readonly NearMiss[] = [namespaceLabelNear, markerInClosedNamespace];

/**
 * Everything about a pod that was probably meant otherwise, in a fixed order.
 * @param otherObstacle whether something else than the labels of its namespace keeps the pod from being injected
 */
export function nearMisses(subject: Subject, otherObstacle: boolean): readonly Hint[] {
  const ask = askOf(subject.pod, subject.policy.spec.optIn.podKey);
  const kinds = otherObstacle ? NEAR_MISSES : [...NEAR_MISSES_OF_NAMESPACE, ...NEAR_MISSES];
  return kinds.flatMap((look) => look(subject, ask) ?? []);
}

/** Whether a pod says anything at all about sidecars, so that whoever created it expects an answer. */
export function carriesMark(subject: Subject): boolean {
  const { podKey } = subject.policy.spec.optIn;
  return (
    ownValue(labelsOf(subject.pod), podKey) !== undefined || ownValue(annotationsOf(subject.pod), podKey) !== undefined
  );
}
