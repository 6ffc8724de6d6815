import type { Action } from '../api/action.ts';
import { pointer } from '../json/pointer.ts';
import { annotationsOf, ownValue } from '../kubernetes/pod.ts';
import type { ActiveWaiver } from '../policy/exceptions.ts';
import {
  type AllowedOverride,
  amountBeyond,
  imageBeyond,
  pathsBeyond,
  valueBeyond,
} from '../policy/override-bounds.ts';
import { quoted } from '../problem/quoted.ts';
import type { AnnotationRules } from '../sidecar/annotation-rule.ts';
import { SIDECAR } from '../sidecar/names.ts';
import { userVolumeMounts } from '../sidecar/profiles/istio/user-volumes.ts';
import { mountPathsOf } from '../sidecar/profiles/mount-paths.ts';
import type { SettingOrigin } from '../sidecar/rendering.ts';
import type { Marked, Subject } from './subject.ts';

/** A setting by which a pod goes beyond what the policy allows: with a key that is not listed, or with a value out of bounds. */
export interface Excess {
  readonly kind: 'key' | 'value';
  /** JSON pointer into the pod; empty for what a container of the author’s asks for. */
  readonly path: string;
  readonly message: string;
  /** JSON pointer into the policy. */
  readonly rule: string;
  /** What follows. */
  readonly action: Action;
  /** Why a refusal does not follow. */
  readonly waiver?: ActiveWaiver;
}

function keyOf(rules: AnnotationRules, setting: string): string {
  for (const [key, rule] of rules) if (rule.setting === setting || rule.heldToIt?.includes(setting)) return key;
  return '';
}

/** A setting that the pod changed, as a record tells it. */
export interface ToldOrigin extends SettingOrigin {
  /** The paths that it mounts something at; where they are left out, the pod tells them. */
  readonly paths?: readonly string[];
}

/** What of a subject tells how its pod changed the sidecar; the pod itself is not there where a record tells it. */
export interface Overriding extends Marked, Pick<Subject, 'profile'>, Partial<Pick<Subject, 'separated'>> {
  readonly rendering: () => { readonly origins: readonly ToldOrigin[] };
}

/**
 * Everything by which a pod goes beyond `overrides` of the policy. A container of the author’s that asks for something is held to the
 * bounds of the annotation that sets the same.
 */
export function excesses(subject: Overriding): readonly Excess[] {
  const { policy, profile, rendering } = subject;
  const { allow, others } = policy.spec.overrides;
  return rendering().origins.flatMap((origin): Excess | readonly [] => {
    const key = keyOf(profile.annotations, origin.setting);
    const index = allow.findIndex((allowed) => allowed.key === key);
    const allowed = allow[index];
    const path = pathOf(origin, key);
    if (allowed === undefined) {
      const message = `${nameOf(origin, key)} is not among the settings that the policy allows (${allowedText(allow)})`;
      return waivable(subject, { kind: 'key', path, message, rule: '/spec/overrides/others', action: others });
    }
    const accepted = beyond(subject, origin, key, allowed);
    if (accepted === undefined) return [];
    const message = `${nameOf(origin, key)} is ${quoted(origin.value)}; the policy allows ${accepted}`;
    const rule = `/spec/overrides/allow/${index}`;
    return waivable(subject, { kind: 'value', path, message, rule, action: allowed.beyond ?? others });
  });
}

/** What the policy accepts in place of a value; undefined when it accepts the value. */
function beyond(subject: Overriding, origin: ToldOrigin, key: string, allowed: AllowedOverride): string | undefined {
  switch (subject.profile.annotations.get(key)?.bounds) {
    case 'amount':
      return amountBeyond(origin.value, allowed);
    case 'images':
      return imageBeyond(origin.value, allowed, subject.policy);
    case 'paths':
      return pathsBeyond(origin.paths ?? mountPaths(subject, origin, key), allowed);
    default:
      return valueBeyond(origin.value, allowed);
  }
}

// the value of a setting is cut for the record
function mountPaths({ separated }: Overriding, origin: SettingOrigin, key: string): readonly string[] {
  if (separated === undefined) return [];
  const { original, overrides } = separated;
  if (!isAnnotation(origin))
    return overrides
      .filter(({ container }) => container.name === SIDECAR)
      .flatMap(({ container }) => mountPathsOf(container));
  const mounts = userVolumeMounts(ownValue(annotationsOf(original), key) ?? '') ?? [];
  return mounts.map(({ mountPath }) => String(mountPath));
}

const WAIVED_AS = { key: 'override-forbidden', value: 'override-out-of-bounds' } as const;

/** The strictest counts: a waiver takes back what is refused, and leaves what only warns. */
function waivable({ policy, pod, namespace }: Marked, excess: Excess): Excess {
  if (excess.action !== 'Deny') return excess;
  const rule = WAIVED_AS[excess.kind];
  const waiver = policy.waivers.find(({ waives, matches }) => waives === rule && matches(pod, namespace));
  return waiver === undefined ? excess : { ...excess, action: 'Audit', waiver };
}

/** The paths at which a setting of the pod mounts something; undefined for a setting that mounts nothing. */
export function pathsMountedBy(subject: Subject, origin: SettingOrigin): readonly string[] | undefined {
  const key = keyOf(subject.profile.annotations, origin.setting);
  return mounts(subject.profile, origin) ? mountPaths(subject, origin, key) : undefined;
}

/** Whether a setting mounts something. */
export const mounts = ({ annotations }: Subject['profile'], { setting }: SettingOrigin): boolean =>
  annotations.get(keyOf(annotations, setting))?.bounds === 'paths';

/** Those of one kind that the policy refuses; none when it lets them pass. */
export const refusedExcesses = (subject: Overriding, kind: Excess['kind']): readonly Excess[] =>
  excesses(subject).filter((excess) => excess.kind === kind && excess.action === 'Deny');

const isAnnotation = ({ origin }: SettingOrigin): boolean => origin.startsWith('annotation ');
const nameOf = (origin: SettingOrigin, key: string): string =>
  isAnnotation(origin) ? key : `${origin.setting} of the ${origin.origin}`;
const pathOf = (origin: SettingOrigin, key: string): string =>
  isAnnotation(origin) ? pointer('metadata', 'annotations', key) : '';

/** The keys of the settings that the policy allows, in words. */
export const allowedText = (allow: readonly { readonly key: string }[]): string =>
  allow.map(({ key }) => key).join(', ') || 'none';
