import type { InjectionPolicy } from '../api/injection-policy.ts';
import { nearest } from '../decision/nearest.ts';
import { isByDigest } from '../kubernetes/image-reference.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import type { Bounds } from '../sidecar/annotation-rule.ts';
import type { ActiveProfile } from '../sidecar/profiles/active-profile.ts';
import { KNOWN_ANNOTATIONS } from '../sidecar/profiles/known-annotations.ts';
import { type AllowedOverride, imagesOf } from './override-bounds.ts';

/** What is wrong with the list of allowed overrides beyond its schema. */
export function guardrailProblems({ overrides }: InjectionPolicy['spec']): readonly Problem[] {
  const seen = new Set<string>();
  return overrides.allow.flatMap((allowed, index): readonly Problem[] => {
    const { key } = allowed;
    const path = `/spec/overrides/allow/${index}`;
    const repeated = seen.has(key);
    seen.add(key);
    if (repeated) return [{ path: `${path}/key`, message: `is ${quoted(key)} for the second time; keep one entry` }];
    const rule = KNOWN_ANNOTATIONS.get(key);
    if (rule !== undefined) return boundProblems(allowed, rule.bounds, path);
    const known = [...KNOWN_ANNOTATIONS.keys()];
    const near = nearest(key, known);
    const advice = near === undefined ? '' : `; did you mean ${near}?`;
    return [{ path: `${path}/key`, message: `is ${quoted(key)}${advice}; accepted: ${known.join(', ')}` }];
  });
}

/** The fields by which a setting can be bounded, and what one that has other bounds is not. */
const FIELDS: Readonly<Record<Bounds, { readonly fields: readonly (keyof AllowedOverride)[]; readonly what: string }>> =
  {
    amount: { fields: ['min', 'max'], what: 'no amount' },
    images: { fields: ['images'], what: 'no image' },
    paths: { fields: ['paths'], what: 'no mounts' },
    values: { fields: ['values'], what: 'bounded otherwise' },
  };

function boundProblems(allowed: AllowedOverride, bounds: Bounds, path: string): readonly Problem[] {
  const { key, min, max } = allowed;
  const foreign = Object.values(FIELDS).flatMap(({ fields, what }) =>
    fields
      .filter((field) => allowed[field] !== undefined && !FIELDS[bounds].fields.includes(field))
      .map((field) => ({ path: `${path}/${field}`, message: `has no meaning: ${key} is ${what}; remove it` })),
  );
  const unread = Object.entries({ min, max }).flatMap(([bound, text]) =>
    bounds !== 'amount' || text === undefined || quantityValue(text) !== undefined
      ? []
      : [{ path: `${path}/${bound}`, message: `is ${quoted(text)}; accepted: a quantity, such as 100m or 128Mi` }],
  );
  if (foreign.length > 0 || unread.length > 0) return [...foreign, ...unread];
  if (bounds === 'paths' && allowed.paths === undefined)
    return [{ path, message: `lacks paths: name the directories at or below which ${key} may mount, or / for all` }];
  if (min === undefined || max === undefined || (quantityValue(min) ?? 0) <= (quantityValue(max) ?? 0)) return [];
  return [{ path: `${path}/min`, message: `is ${min}, above max ${max}; exchange them` }];
}

/** Images of profiles that are not named by their digest although the policy wants that of all. */
export function digestProblems(
  { overrides }: InjectionPolicy['spec'],
  profiles: readonly ActiveProfile[],
): readonly Problem[] {
  if (!overrides.imagesByDigest) return [];
  return profiles.flatMap((profile) =>
    [...new Set(imagesOf(profile))]
      .filter((image) => !isByDigest(image))
      .map((image) => ({
        path: '/spec/overrides/imagesByDigest',
        message: `is true, and the profile ${profile.name} names ${quoted(image)}; write it as NAME@sha256:DIGEST there`,
      })),
  );
}
