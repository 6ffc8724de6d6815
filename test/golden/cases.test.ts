import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEFAULT_POLICY } from '../../src/core/policy/default-policy.generated.ts';
import { loadPolicy } from '../../src/core/policy/load.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { admitted, ENABLED, patched } from '../core-fixtures/admissions.ts';
import type { PodJson } from '../core-fixtures/pods.ts';
import { CIRCUMSTANCES } from '../core-fixtures/policies.ts';
import { asYaml, documentsOf } from './documents.ts';
import { expectFile } from './expected-file.ts';

// Each folder is a case: pod.yaml, with namespace.yaml and policy.yaml where they are not the ordinary ones, gives
// record.yaml and either admitted.yaml or refusal.txt. UPDATE_GOLDEN=1 npm test -- golden writes the expected files.
const GIVEN = ['namespace.yaml', 'pod.yaml', 'policy.yaml'];
const EXPECTED = ['admitted.yaml', 'record.yaml', 'refusal.txt'];

const root = new URL('./cases/', import.meta.url);

test.each(readdirSync(root).sort())('%s', (name) => {
  const file = (leaf: string): URL => new URL(`${name}/${leaf}`, root);
  const pod = documentsOf(file('pod.yaml'))[0] as PodJson;
  const admission = admitted(pod, { policy: policyOf(file('policy.yaml')), ...namespaceOf(file('namespace.yaml')) });
  const { time, ...record } = admission.record ?? {};
  const { allowed, status } = admission.review.response;
  expectFile(file('record.yaml'), asYaml(record));
  expectFile(file('admitted.yaml'), allowed ? asYaml(withoutEnvoyConfig(patched(pod, admission))) : undefined);
  expectFile(file('refusal.txt'), allowed ? undefined : `${status?.message}\n`);
  expect(readdirSync(file('.')).filter((leaf) => ![...GIVEN, ...EXPECTED].includes(leaf))).toEqual([]);
});

function policyOf(file: URL) {
  const own = existsSync(file) ? [{ file: file.pathname, text: readFileSync(file, 'utf8') }] : [];
  const builtIn = [ENVOY_PROFILE, DEFAULT_POLICY].map((text) => ({ file: 'built-in', text, builtIn: true as const }));
  const loaded = loadPolicy([...builtIn, ...own], CIRCUMSTANCES);
  if ('active' in loaded) return loaded.active;
  throw new Error(JSON.stringify(loaded.problems));
}

function namespaceOf(file: URL) {
  const [namespace] = documentsOf(file) as { metadata: { name: string; labels?: Record<string, string> } }[];
  if (namespace === undefined) return { namespace: 'shop', namespaceLabels: ENABLED };
  return { namespace: namespace.metadata.name, namespaceLabels: namespace.metadata.labels ?? {} };
}

// it depends on the profile alone and has cases of its own
function withoutEnvoyConfig(pod: PodJson): PodJson {
  const key = 'pillion.io/envoy-config';
  const { annotations } = pod.metadata;
  if (annotations?.[key] === undefined) return pod;
  return { ...pod, metadata: { ...pod.metadata, annotations: { ...annotations, [key]: '(see ../../envoy)' } } };
}
