import { InjectionPolicy } from '../api/injection-policy.ts';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { LabelSelector } from '../kubernetes/label-selector.ts';
import { readValue, shown } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import type { IstioSettings } from './config-maps.ts';
import type { Finding } from './finding.ts';
import type { IstioText } from './istio-text.ts';

/** The InjectionPolicy that selects what Istio’s injector selected. */
export interface PolicySettings {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

/** Reads who is injected: the policy, the two lists of selectors, and the revision. */
export function readPolicySettings({ config, revision }: IstioSettings, profile: string): PolicySettings {
  const findings: Finding[] = [];
  const problems: Problem[] = [];
  const selectors = { neverInject: 'neverInjectSelector', alwaysInject: 'alwaysInjectSelector' } as const;
  const lists = Object.entries(selectors).flatMap(([field, key]): [string, LabelSelector[]][] => {
    const list = readSelectors(config, key, findings, problems);
    return list.length === 0 ? [] : [[field, list]];
  });
  const { policy } = config.value;
  if (policy !== 'enabled' && policy !== 'disabled')
    findings.push(
      config.problemAt(
        '/policy',
        `is ${shown(policy ?? null)}, with which Istio injects no pod at all; silent pods are left alone now, and those that ask are injected: set it to enabled or disabled`,
      ),
    );
  const spec = {
    optIn: {
      rule: 'Istio',
      ...(policy === 'enabled' ? { autoInject: 'enabled' } : {}),
      ...(revision === '' ? {} : { revision }),
    },
    ...Object.fromEntries(lists),
    profiles: [{ name: profile }],
  };
  const read = readValue(InjectionPolicy.properties.spec, spec);
  if ('problems' in read) for (const { path, message } of read.problems) problems.push({ path, message });
  return { spec, findings, problems };
}

function readSelectors(config: IstioText, key: string, findings: Finding[], problems: Problem[]): LabelSelector[] {
  const list = Object.hasOwn(config.value, key) ? (config.value[key] ?? []) : [];
  if (!Array.isArray(list)) {
    problems.push(config.problemAt(pointer(key), `is ${shown(list)}; accepted: a list of selectors`));
    return [];
  }
  return list.flatMap((given: unknown, index): LabelSelector[] => {
    const selector = withoutEmptyParts(given);
    // an empty one selects nothing in Istio
    if (isObject(selector) && Object.keys(selector).length === 0) return [];
    const read = readValue(LabelSelector, selector);
    if ('value' in read) return [read.value];
    for (const { path, message } of read.problems)
      findings.push(
        config.problemAt(
          pointer(key, index) + path,
          `${message}; Istio passes over a selector that it cannot read, and so does the policy`,
        ),
      );
    return [];
  });
}

/** A selector without lists and maps that are empty, which Kubernetes takes for absent. */
function withoutEmptyParts(selector: unknown): unknown {
  if (Array.isArray(selector)) return selector.map(withoutEmptyParts);
  if (!isObject(selector)) return selector;
  const isEmpty = (part: unknown) => part === null || (typeof part === 'object' && Object.keys(part).length === 0);
  return Object.fromEntries(
    Object.entries(selector)
      .filter(([, part]) => !isEmpty(part))
      .map(([key, part]) => [key, key === 'matchLabels' ? part : withoutEmptyParts(part)]),
  );
}
