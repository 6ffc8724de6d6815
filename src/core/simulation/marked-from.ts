import { MIRROR_ANNOTATION } from '../decision/checks/mirror-pod.ts';
import { ISTIO_STATUS } from '../decision/checks/other-injector.ts';
import { POD_SECURITY_LABEL } from '../decision/checks/pod-security-forbids.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import type { Marked } from '../decision/subject.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { keysNamed } from '../policy/keys-read.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import { type KnownLabels, watchedLabels } from './known-labels.ts';
import type { Logged } from './logged.ts';

// what every policy looks for, and a record therefore always tells
const NAMESPACE_LABELS: readonly string[] = [REVISION_LABEL, POD_SECURITY_LABEL];
const POD_LABELS: readonly string[] = [REVISION_LABEL];
const POD_ANNOTATIONS: readonly string[] = [MIRROR_ANNOTATION, ANNOTATIONS.status, ISTIO_STATUS];

/**
 * The labels and annotations of a logged decision, as a policy reads them.
 * @param gaps takes, in words, what the policy asks for and the log does not tell
 */
export function markedFrom({ namespace: name, inputs }: Logged, policy: ActivePolicy, gaps: Set<string>): Marked {
  const { namespaceLabels, podLabels, podAnnotations, keys = NO_KEYS } = inputs;
  const asked = keysNamed(policy);
  const sameMark = keys.mark === asked.mark;
  // mostly everything was looked for that the policy names, and then nothing has to be watched
  const tellsNamespace = includesAll(keys.namespaceLabels, asked.namespaceLabels);
  const tellsPod = sameMark && includesAll(keys.podLabels, asked.podLabels);
  const hear = (what: string) => (key: string) => gaps.add(`${what} ${key}`);
  const labels = { labels: podLabels, knows: within(POD_LABELS, [keys.mark], keys.podLabels) };
  const annotations = { labels: podAnnotations, knows: within(POD_ANNOTATIONS, [keys.mark]) };
  return {
    pod: {
      metadata: {
        labels: tellsPod ? podLabels : watchedLabels(labels, hear('pod label')),
        annotations: sameMark ? podAnnotations : watchedLabels(annotations, hear('pod annotation')),
      },
    },
    namespace: {
      name,
      labels: tellsNamespace ? namespaceLabels : watchedLabels(knownNamespaceLabels(inputs), hear('namespace label')),
    },
    policy,
  };
}

/** The labels of the namespace that a log tells. */
export const knownNamespaceLabels = ({ namespaceLabels, keys = NO_KEYS }: Logged['inputs']): KnownLabels => ({
  labels: namespaceLabels,
  knows: within(NAMESPACE_LABELS, keys.namespaceLabels),
});

const within =
  (...lists: readonly (readonly string[])[]) =>
  (key: string): boolean =>
    lists.some((list) => list.includes(key));

const includesAll = (told: readonly string[], asked: readonly string[]): boolean =>
  asked.every((key) => told.includes(key));

// records of former versions do not tell what was looked for and not found
const NO_KEYS: ReturnType<typeof keysNamed> = { mark: '', namespaceLabels: [], podLabels: [] };
