import { readdirSync } from 'node:fs';
import { test } from '@jest/globals';
import { parse } from 'yaml';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { askingPod } from '../core-fixtures/pods.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { asYaml, documentsOf } from './documents.ts';
import { expectFile } from './expected-file.ts';

// Each folder is a case: what profile.yaml changes about the built-in profile gives Envoy's configuration in envoy.yaml.
const root = new URL('./envoy/', import.meta.url);

test.each(readdirSync(root).sort())('%s', (name) => {
  const file = (leaf: string): URL => new URL(`${name}/${leaf}`, root);
  const [profile = {}] = documentsOf(file('profile.yaml')) as object[];
  const pod = askingPod();
  const { annotations } = patched(pod, admitted(pod, { policy: policyWith({ profile }) })).metadata;
  expectFile(file('envoy.yaml'), asYaml(parse(annotations?.['pillion.io/envoy-config'] ?? '', { version: '1.1' })));
});
