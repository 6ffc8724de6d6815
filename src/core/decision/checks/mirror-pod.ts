import { annotationsOf, ownValue } from '../../kubernetes/pod.ts';
import type { MarkCheck } from '../subject.ts';

export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

/** Is it the image of a static pod? The kubelet started that one already, and would run it without the sidecar. */
export const mirrorPod: MarkCheck<'mirror-pod'> = ({ pod }) =>
  ownValue(annotationsOf(pod), MIRROR_ANNOTATION) === undefined ? undefined : { reason: 'mirror-pod', rule: '' };
