import { annotationsOf, labelsOf, ownValue } from '../kubernetes/pod.ts';
import { SETTING_ANNOTATIONS } from '../sidecar/settings.ts';
import type { Hint } from './hints.ts';
import { nearest } from './nearest.ts';
import { type Ask, askOf } from './opt-in/ask.ts';
import { OPT_IN_RULES } from './opt-in/rules.ts';
import type { Subject } from './subject.ts';

/** One kind of near miss; nothing when there is none. */
type NearMiss = (subject: Subject, ask: Ask) => Hint | readonly Hint[] | undefined;

const TRUTHY: ReadonlySet<string> = new Set(['true', 'yes', 'y', 'on', '1', 'enable', 'inject', 'istio']);

const quoted = (value: string): string => JSON.stringify(value.length > 63 ? `${value.slice(0, 60)}...` : value);

const namespaceLabelNear: NearMiss = ({ namespace, policy }) => {
  const { key, enabled, disabled } = policy.spec.optIn.namespaceLabel;
  const value = ownValue(namespace.labels, key);
  if (value === undefined || value === enabled || value === disabled) return undefined;
  const near = TRUTHY.has(value.toLowerCase()) ? enabled : nearest(value, [enabled, disabled]);
  if (near === undefined) return undefined;
  const message = `the label ${key} of namespace ${namespace.name} is ${quoted(value)}; did you mean ${quoted(near)}?`;
  return { code: 'namespace-label-near', message };
};

const podValueNear: NearMiss = ({ policy }, { label, annotation }) => {
  const value = label ?? annotation;
  if (value === undefined || value === 'true' || value === 'false') return undefined;
  const near = TRUTHY.has(value.toLowerCase()) ? 'true' : nearest(value, ['true', 'false']);
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

const PREFIXES = ['sidecar.istio.io/', 'traffic.sidecar.istio.io/'];

const annotationUnknown: NearMiss = ({ pod, policy }) => {
  const known = [...SETTING_ANNOTATIONS.keys(), policy.spec.optIn.podKey];
  return Object.keys(annotationsOf(pod))
    .filter((key) => PREFIXES.some((prefix) => key.startsWith(prefix)) && !known.includes(key))
    .filter((key) => key !== 'sidecar.istio.io/status')
    .sort()
    .slice(0, 3)
    .map((key) => {
      const near = nearest(key, known);
      const advice = near === undefined ? 'see docs/annotations.md for those that are' : `did you mean ${near}?`;
      return { code: 'annotation-unknown' as const, message: `the annotation ${quoted(key)} is not read; ${advice}` };
    });
};

const NEAR_MISSES: readonly NearMiss[] = [
  namespaceLabelNear,
  markerInClosedNamespace,
  podValueNear,
  labelAndAnnotationDisagree,
  annotationUnknown,
];

/** Everything about a pod that was probably meant otherwise, in a fixed order. */
export function nearMisses(subject: Subject): readonly Hint[] {
  const ask = askOf(subject.pod, subject.policy.spec.optIn.podKey);
  return NEAR_MISSES.flatMap((look) => look(subject, ask) ?? []);
}

/** Whether a pod says anything at all about sidecars, so that whoever created it expects an answer. */
export function carriesMark(subject: Subject): boolean {
  const { podKey } = subject.policy.spec.optIn;
  return (
    ownValue(labelsOf(subject.pod), podKey) !== undefined || ownValue(annotationsOf(subject.pod), podKey) !== undefined
  );
}
