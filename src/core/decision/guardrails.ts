import { pointer } from '../json/pointer.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import { quoted } from '../problem/quoted.ts';
import type { AnnotationRules } from '../sidecar/annotation-rule.ts';
import type { SettingOrigin } from '../sidecar/rendering.ts';
import type { Subject } from './subject.ts';

/** A setting by which a pod goes beyond what the policy allows: with a key that is not listed, or with an amount out of bounds. */
export interface Excess {
  readonly kind: 'key' | 'amount';
  /** JSON pointer into the pod; empty for an amount that a container of the author’s asks for. */
  readonly path: string;
  readonly message: string;
  /** JSON pointer into the policy. */
  readonly rule: string;
}

function keyOf(rules: AnnotationRules, setting: string): string {
  for (const [key, rule] of rules) if (rule.setting === setting) return key;
  return '';
}

/**
 * Everything by which a pod goes beyond `overrides` of the policy. A container of the author’s that asks for other amounts is
 * held to the bounds of the annotation that sets the same amount.
 */
export function excesses({ policy, profile, rendering }: Subject): readonly Excess[] {
  const { allow } = policy.spec.overrides;
  return rendering().origins.flatMap((origin): Excess | readonly [] => {
    const key = keyOf(profile.annotations, origin.setting);
    const index = allow.findIndex((allowed) => allowed.key === key);
    const bounds = allow[index];
    if (bounds === undefined) {
      const message = `${nameOf(origin, key)} is not among the settings that the policy allows (${allowedText(allow)})`;
      return { kind: 'key', path: pathOf(origin, key), message, rule: '/spec/overrides/others' };
    }
    const beyond = outOfBounds(origin.value, bounds);
    if (beyond === undefined) return [];
    const message = `${nameOf(origin, key)} is ${quoted(origin.value)}; the policy allows ${beyond}`;
    return { kind: 'amount', path: pathOf(origin, key), message, rule: `/spec/overrides/allow/${index}` };
  });
}

/** Those of one kind that the policy refuses; none when it lets them pass. */
export const refusedExcesses = (subject: Subject, kind: Excess['kind']): readonly Excess[] =>
  subject.policy.spec.overrides.others === 'Deny' ? excesses(subject).filter((excess) => excess.kind === kind) : [];

const isAnnotation = ({ origin }: SettingOrigin): boolean => origin.startsWith('annotation ');
const nameOf = (origin: SettingOrigin, key: string): string =>
  isAnnotation(origin) ? key : `${origin.setting} of the ${origin.origin}`;
const pathOf = (origin: SettingOrigin, key: string): string =>
  isAnnotation(origin) ? pointer('metadata', 'annotations', key) : '';

function outOfBounds(value: string, bounds: Bounds): string | undefined {
  const { min, max } = bounds;
  const amount = quantityValue(value);
  if (amount === undefined) return undefined;
  const tooLittle = min !== undefined && amount < (quantityValue(min) ?? 0);
  const tooMuch = max !== undefined && amount > (quantityValue(max) ?? Number.POSITIVE_INFINITY);
  return tooLittle || tooMuch ? boundsText(bounds) : undefined;
}

interface Bounds {
  readonly min?: string;
  readonly max?: string;
}

/** The amounts that the policy allows, in words; empty without a bound. */
export const boundsText = ({ min, max }: Bounds): string =>
  [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])].join(' and ');

/** The keys of the settings that the policy allows, in words. */
export const allowedText = (allow: readonly { readonly key: string }[]): string =>
  allow.map(({ key }) => key).join(', ') || 'none';
