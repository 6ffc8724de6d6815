import { nearest } from '../../../core/decision/nearest.ts';
import { meantLabelValue } from '../../../core/decision/opt-in/label-value.ts';
import { namespaceAnswer } from '../../../core/decision/opt-in/rules.ts';
import { type Finding, orOk, someOf, warning } from '../../../core/doctor/finding.ts';
import { ownValue } from '../../../core/kubernetes/pod.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

/** Which namespaces have a label that was probably meant to opt in: a value or a key misspelt, or the key of pods. */
export const namespaceLabels: Check = byPolicy(async (patient, { spec: { optIn } }) => {
  const { key, enabled, disabled } = optIn.namespaceLabel;
  const all = (await patient.namespaces()).filter(({ name }) => patient.only === undefined || name === patient.only);
  const meant = (name: string | undefined, value = enabled) =>
    `kubectl label namespace ${name} ${key}=${value} --overwrite`;
  const misspelt = all.filter(({ labels }) => namespaceAnswer(labels, optIn) === 'namespace-label-invalid');
  const keys = all.flatMap(({ name, labels }) => {
    if (ownValue(labels, key) !== undefined) return [];
    const near = Object.keys(labels).filter((each) => each === optIn.podKey || nearest(each, [key]) !== undefined);
    return near.map((label) => ({ name, label }));
  });
  const [first] = misspelt;
  const value = first && meantLabelValue(ownValue(first.labels, key) ?? '', { enabled, disabled });
  const found: readonly Finding[] = [
    ...(first === undefined
      ? []
      : [
          warning(
            `the label ${key} has a value that means nothing: ${someOf(misspelt.map(({ name, labels }) => `${name} (${ownValue(labels, key) ?? ''})`))}`,
            meant(first.name, value),
          ),
        ]),
    ...(keys.length === 0
      ? []
      : [
          warning(
            `a label that means nothing on a namespace, where ${key} was probably meant: ${someOf(keys.map(({ name, label }) => `${name} (${label})`))}`,
            meant(keys[0]?.name),
          ),
        ]),
  ];
  return orOk(found, `no namespace has nearly the label ${key}`);
});
