import { MAX_CHARACTERS } from '../admission/bounded.ts';
import { DENY_CHECKS } from '../decision/checks/index.ts';
import { jobNeedsNativeSidecar } from '../decision/checks/job-needs-native-sidecar.ts';
import { overrideForbidden } from '../decision/checks/override-forbidden.ts';
import { overrideOutOfBounds } from '../decision/checks/override-out-of-bounds.ts';
import { podSecurityForbids } from '../decision/checks/pod-security-forbids.ts';
import { portConflict } from '../decision/checks/port-conflict.ts';
import { probeNotRewritable } from '../decision/checks/probe-not-rewritable.ts';
import { renderedConfigTooLarge } from '../decision/checks/rendered-config-too-large.ts';
import { renderedPodInvalid } from '../decision/checks/rendered-pod-invalid.ts';
import { settingsUnreadable } from '../decision/checks/settings-unreadable.ts';
import { sidecarImpersonation } from '../decision/checks/sidecar-impersonation.ts';
import { uidConflict } from '../decision/checks/uid-conflict.ts';
import { withoutWaived } from '../decision/decide.ts';
import { type Excess, mounts, refusedExcesses } from '../decision/guardrails.ts';
import type { DenyReason } from '../decision/reasons.ts';
import type { Check, Finding, Marked } from '../decision/subject.ts';
import { refusalBasis } from '../policy/refusal-basis.ts';
import type { ActiveProfile } from '../sidecar/profiles/active-profile.ts';
import type { Logged, LoggedConclusion } from './logged.ts';

/** What a log never tells, in words. */
export const THE_CONTAINERS = 'the pod’s containers';

type DenyCheck = Check<DenyReason>;
const PROFILES = '/spec/profiles';

/** What each check finds, with its rule: no record has the rules of all. */
const LOGGED: ReadonlyMap<DenyCheck, Finding<DenyReason>> = new Map<DenyCheck, Finding<DenyReason>>([
  [settingsUnreadable, { reason: 'invalid-annotation', rule: '' }],
  [uidConflict, { reason: 'uid-conflict', rule: '' }],
  [portConflict, { reason: 'port-conflict', rule: '' }],
  [sidecarImpersonation, { reason: 'sidecar-impersonation', rule: '' }],
  [podSecurityForbids, { reason: 'pod-security-forbids', rule: PROFILES }],
  [jobNeedsNativeSidecar, { reason: 'job-needs-native-sidecar', rule: PROFILES }],
  [probeNotRewritable, { reason: 'probe-not-rewritable', rule: '' }],
  [renderedPodInvalid, { reason: 'rendered-pod-invalid', rule: '' }],
  [renderedConfigTooLarge, { reason: 'rendered-config-too-large', rule: PROFILES }],
]);

/** Those that ask what the policy allows: asked again, of the settings in the record. */
const ASKED_AGAIN: ReadonlyMap<DenyCheck, readonly [DenyReason, Excess['kind']]> = new Map<
  DenyCheck,
  readonly [DenyReason, Excess['kind']]
>([
  [overrideForbidden, ['override-forbidden', 'key']],
  [overrideOutOfBounds, ['override-out-of-bounds', 'value']],
]);

/**
 * Why the pod of a record is refused, given that it is to be injected.
 * @returns undefined where the record cannot tell: nobody looked, or by a profile that differs where it matters
 */
export function loggedRefusals(
  { checked, settings }: Logged,
  { verdict, reason, also }: LoggedConclusion,
  marked: Marked,
  profile: ActiveProfile,
): readonly Finding<DenyReason>[] | undefined {
  const looked = verdict === 'inject' || verdict === 'deny';
  if (!looked || settings === undefined || checked?.refusals !== refusalBasis(marked.policy, profile)) return undefined;
  const { besides = [], waived = [] } = checked;
  if (settings.length === 0 && verdict === 'inject' && waived.length === 0) return [];
  const isCut = settings.some(
    (setting) => setting.value.length >= MAX_CHARACTERS || (setting.paths === undefined && mounts(profile, setting)),
  );
  if (isCut) return undefined;
  const overriding = { ...marked, profile, rendering: () => ({ origins: settings }) };
  const found: Finding<DenyReason>[] = [];
  for (const check of DENY_CHECKS) {
    const again = ASKED_AGAIN.get(check);
    if (again === undefined) {
      const finding = LOGGED.get(check);
      if (finding === undefined) return undefined;
      const holds = [reason, ...also, ...waived].includes(finding.reason);
      if (holds) found.push(finding);
      continue;
    }
    const [refusal, kind] = again;
    const [beyond] = refusedExcesses(overriding, kind);
    if (beyond !== undefined || besides.includes(refusal)) found.push({ reason: refusal, rule: beyond?.rule ?? '' });
  }
  return withoutWaived(found, marked);
}
