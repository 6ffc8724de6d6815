import { expect, test } from '@jest/globals';
import { writtenTexts } from '../../../src/core/compatibility/written-texts.ts';
import { pillion } from '../cli/command-line.ts';

const MIB = 2 ** 20;
const container = { name: 'web', image: 'example.com/web:1' };

test('of the texts of a container the first are read, and of each its beginning', () => {
  const long = 'x'.repeat(MIB);
  const many = Array.from({ length: 1000 }, () => long);
  const fields = { ...container, command: many, args: many, env: many.map((value) => ({ name: value, value })) };
  const texts = writtenTexts({ container, path: '/spec/containers/0', fields });
  expect(texts).toHaveLength(600);
  expect(new Set(texts.flatMap(({ text, variable = text }) => [text.length, variable.length]))).toEqual(
    new Set([4096]),
  );
  expect(texts.at(-1)?.path).toBe('/spec/containers/0/env/199/value');
});

const repeated = (text: string) => text.repeat(Math.ceil(MIB / text.length));

// each makes one of the patterns try again from every place, where it can
test.each([
  ['a flag that listens and listens', `--${repeated('bind')}!`],
  ['a flag and blanks', `--bind${repeated(' ')}`],
  ['schemes without an address', repeated('a.')],
  ['paths to no program', repeated(';/')],
  ['a path of many parts', repeated('/')],
  ['a version that does not come', `proxy_http_version${repeated(' ')}2`],
])('a check of a text of 1 MiB comes to an end: %s', async (_, text) => {
  const env = [
    { name: 'GREETING', value: text },
    { name: text, value: 'localhost' },
  ];
  const { exit, stderr } = await checked([text], env);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
});

test('a finding says where a text stands and by what it was known, and not what else it says', async () => {
  const texts = ['HTTP/1.0 s3cret', 'curl -u s3cret db', 'http://s3cret/', '--listen-s3cret=127.0.0.1:8080'];
  const env = [
    { name: 'GREETING', value: 'HTTP/1.0 s3cret' },
    { name: 's3cret_BIND', value: 'localhost' },
  ];
  const { stdout } = await checked(texts, env);
  for (const sign of [
    'another service: curl',
    'HTTP/1.0: HTTP/1.0',
    'seems to bind 8080',
    'env/0/value',
    'env/1/value',
  ])
    expect(stdout).toContain(sign);
  expect((await checked(['http://s3cret/'], [])).stdout).toContain('another service: an address');
  expect(stdout).not.toContain('s3cret');
});

/** A workload whose containers have these texts, one to which a Service leads and one that runs before the redirect. */
function checked(args: readonly string[], env: readonly object[]) {
  const spec = {
    initContainers: [{ ...container, name: 'first', args }],
    containers: [{ ...container, args, env, ports: [{ containerPort: 8080 }] }],
  };
  const metadata = { name: 'web', namespace: 'shop' };
  const template = { metadata: { labels: { app: 'web' } }, spec };
  const objects = [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template } },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'web' }, ports: [{ port: 8080 }] } },
  ];
  const files = {
    'w.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n'),
    'istio.yaml':
      'kind: InjectionPolicy\napiVersion: pillion.io/v1alpha1\nmetadata: {name: i}\nspec: {profiles: [{name: cni}]}',
    'cni.yaml':
      'kind: SidecarProfile\napiVersion: pillion.io/v1alpha1\nmetadata: {name: cni}\nspec: {kind: Istio, order: Classic, capture: Cni}',
  };
  const only = ['FIT013', 'FIT023', 'FIT025'].flatMap((code) => ['--only', code]);
  return pillion(['check', '-f', 'w.yaml', '--policy', 'istio.yaml', '--profile', 'cni.yaml', ...only], { files });
}
