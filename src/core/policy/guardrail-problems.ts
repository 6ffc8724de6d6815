import type { InjectionPolicy } from '../api/injection-policy.ts';
import { nearest } from '../decision/nearest.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import { KNOWN_ANNOTATIONS } from '../sidecar/profiles/known-annotations.ts';

/** What is wrong with the list of allowed overrides beyond its schema. */
export function guardrailProblems({ overrides }: InjectionPolicy['spec']): readonly Problem[] {
  const seen = new Set<string>();
  return overrides.allow.flatMap(({ key, min, max }, index): Problem[] => {
    const path = `/spec/overrides/allow/${index}`;
    const repeated = seen.has(key);
    seen.add(key);
    if (repeated) return [{ path: `${path}/key`, message: `is ${quoted(key)} for the second time; keep one entry` }];
    const rule = KNOWN_ANNOTATIONS.get(key);
    if (rule === undefined) {
      const known = [...KNOWN_ANNOTATIONS.keys()];
      const near = nearest(key, known);
      const advice = near === undefined ? '' : `; did you mean ${near}?`;
      return [{ path: `${path}/key`, message: `is ${quoted(key)}${advice}; accepted: ${known.join(', ')}` }];
    }
    const bounds = Object.entries({ min, max }).flatMap(([bound, text]): Problem[] => {
      if (text === undefined) return [];
      if (!rule.isAmount)
        return [{ path: `${path}/${bound}`, message: `has no meaning: ${key} is no amount; remove it` }];
      return quantityValue(text) === undefined
        ? [{ path: `${path}/${bound}`, message: `is ${quoted(text)}; accepted: a quantity, such as 100m or 128Mi` }]
        : [];
    });
    if (bounds.length > 0 || min === undefined || max === undefined) return bounds;
    return (quantityValue(min) ?? 0) > (quantityValue(max) ?? 0)
      ? [{ path: `${path}/min`, message: `is ${min}, above max ${max}; exchange them` }]
      : [];
  });
}
