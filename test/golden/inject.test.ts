import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { pillion } from '../unit/cli/command-line.ts';
import { expectFile } from './expected-file.ts';

// Each folder is a case: manifests.yaml, with policy.yaml where it is not the built-in one, gives injected.yaml and what is
// told about it, or only the latter. UPDATE_GOLDEN=1 npm test -- golden writes both.
const GIVEN = ['manifests.yaml', 'policy.yaml'];
const EXPECTED = ['injected.yaml', 'told.txt'];

// what comes back without its comments
const IN_PLAIN_LAYOUT = ['overrides', 'tcp-probes'];

const root = new URL('./inject/', import.meta.url);
const OPEN = ['--namespace-label', 'shop:istio-injection=enabled'];

test.each(readdirSync(root).sort())('%s', async (name) => {
  const file = (leaf: string): URL => new URL(`${name}/${leaf}`, root);
  const given = GIVEN.filter((leaf) => existsSync(file(leaf)));
  const files = Object.fromEntries(given.map((leaf) => [leaf, readFileSync(file(leaf), 'utf8')]));
  const policy = 'policy.yaml' in files ? ['--policy', 'policy.yaml'] : [];
  const { exit, stdout, stderr } = await pillion(['inject', '-f', 'manifests.yaml', ...policy, ...OPEN], { files });
  expectFile(file('told.txt'), `${stderr}exit code ${exit}\n`);
  expectFile(file('injected.yaml'), exit === 0 ? withoutEnvoyConfig(stdout) : undefined);
  if (exit === 0) {
    const back = (await pillion(['uninject', '-f', '-'], { stdin: stdout })).stdout;
    if (IN_PLAIN_LAYOUT.includes(name)) expect(parse(back)).toEqual(parse(files['manifests.yaml'] ?? ''));
    else expect(back).toBe(files['manifests.yaml']);
  }
  expect(readdirSync(file('.')).filter((leaf) => ![...GIVEN, ...EXPECTED].includes(leaf))).toEqual([]);
});

// it depends on the profile alone and has cases of its own
const withoutEnvoyConfig = (text: string): string =>
  text
    .replace(/("pillion\.io\/envoy-config": ?)"(?:[^"\\]|\\.)*"/g, '$1"(see ../../envoy)"')
    .replace(/^( *pillion\.io\/envoy-config: ).*?(\r?)$/gm, '$1(see ../../envoy)$2');
