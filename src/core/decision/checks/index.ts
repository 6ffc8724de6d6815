import type { DenyReason, SkipReason } from '../reasons.ts';
import type { Check } from '../subject.ts';
import { alreadyInjected } from './already-injected.ts';
import { excluded } from './excluded.ts';
import { hostNetwork } from './host-network.ts';
import { jobNeedsNativeSidecar } from './job-needs-native-sidecar.ts';
import { mirrorPod } from './mirror-pod.ts';
import { namespaceClosed } from './namespace-closed.ts';
import { namespaceProtected } from './namespace-protected.ts';
import { otherInjector } from './other-injector.ts';
import { overrideForbidden } from './override-forbidden.ts';
import { overrideOutOfBounds } from './override-out-of-bounds.ts';
import { podSecurityForbids } from './pod-security-forbids.ts';
import { portConflict } from './port-conflict.ts';
import { probeNotRewritable } from './probe-not-rewritable.ts';
import { renderedConfigTooLarge } from './rendered-config-too-large.ts';
import { renderedPodInvalid } from './rendered-pod-invalid.ts';
import { settingsUnreadable } from './settings-unreadable.ts';
import { sidecarImpersonation } from './sidecar-impersonation.ts';
import { stageNotOpen } from './stage-not-open.ts';
import { uidConflict } from './uid-conflict.ts';
import { windowsPod } from './windows-pod.ts';

/** Why a pod is left alone, whatever it asks: the first that finds something is the reason. The order is the policy. */
export const SKIP_CHECKS: readonly Check<SkipReason>[] = [
  mirrorPod,
  windowsPod,
  hostNetwork,
  namespaceProtected,
  namespaceClosed,
  alreadyInjected,
  excluded,
  stageNotOpen,
  otherInjector,
];

/** Why a pod that is to be injected is refused: asked only of pods that get a sidecar. */
export const DENY_CHECKS: readonly Check<DenyReason>[] = [
  settingsUnreadable,
  overrideForbidden,
  overrideOutOfBounds,
  uidConflict,
  portConflict,
  sidecarImpersonation,
  podSecurityForbids,
  jobNeedsNativeSidecar,
  probeNotRewritable,
  renderedPodInvalid,
  renderedConfigTooLarge,
];
