import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import { renderRegistration } from '../../../src/core/registration/registration.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';
import { pillion } from './command-line.ts';

const { authority: CA } = await issueSelfSigned({ names: ['127.0.0.1'], now: new Date() });
const SERVICE = { service: { namespace: 'pillion-system', name: 'pillion', port: 443 } };

const rendered = (flags: readonly string[], files: Record<string, string> = { 'ca.pem': CA }) =>
  pillion(['registration', 'render', ...flags], { files });
const documents = (text: string) => parseAllDocuments(text).map((document) => document.toJS());
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

test.each([
  [[], SERVICE, ''],
  [['--ca', 'ca.pem'], SERVICE, CA],
  [
    ['--webhook-service', 'mesh/hooks:8443', '--ca', 'ca.pem'],
    { service: { namespace: 'mesh', name: 'hooks', port: 8443 } },
    CA,
  ],
  [['--webhook-url', 'https://127.0.0.1:9443', '--ca', 'ca.pem'], { url: 'https://127.0.0.1:9443' }, CA],
] as const)('%j prints the objects of the server in every format', async (flags, address, ca) => {
  const objects = asJson(renderRegistration(BUILT_IN, address, ca));
  const [human, yaml, json] = [
    await rendered(flags),
    await rendered([...flags, '-o', 'yaml']),
    await rendered([...flags, '-o', 'json']),
  ];
  for (const { exit, stderr } of [human, yaml, json]) expect([exit, stderr]).toEqual([0, '']);
  expect(documents(yaml.stdout)).toEqual(objects);
  expect(human.stdout).toBe(`# policy default, revision ${BUILT_IN.revision}\n${yaml.stdout}`);
  expect(JSON.parse(json.stdout)).toEqual({ apiVersion: 'v1', kind: 'List', items: objects });
});

test('an expression is one line, and nothing refers to another place', async () => {
  const { stdout } = await rendered(['-o', 'yaml']);
  expect(stdout).not.toMatch(/^\s*expression:\s*[|>]|[:-] [&*]a\d/m);
  expect(stdout.match(/^ +expression: \S/gm)?.length).toBeGreaterThan(20);
});

test('the policy of a file decides what is rendered, and Pillion’s own namespace is protected', async () => {
  const policy = JSON.stringify({
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'InjectionPolicy',
    metadata: { name: 'default' },
    spec: { finalState: 'Off' },
  });
  const { stdout } = await rendered(['--policy', 'off.yaml', '--own-namespace', 'mesh'], { 'off.yaml': policy });
  expect(stdout).not.toContain('pillion-final-state');
  const expected = renderRegistration(policyWith({ spec: { finalState: 'Off' } }), SERVICE, '').length;
  expect(documents(stdout)).toHaveLength(expected);
  expect(documents(stdout)[0].webhooks[0].clientConfig.service).toMatchObject({ namespace: 'mesh', name: 'pillion' });
  expect(documents(stdout)[0].webhooks[0].namespaceSelector.matchExpressions.at(-1).values).toContain('mesh');
});

test.each([
  [['--ca', 'missing.pem'], 'PIL001'],
  [['--ca', 'key.pem'], 'key.pem: holds a private key, which would be published; give the certificate alone'],
  [['--ca', 'text.pem'], 'text.pem: holds no certificate'],
  [['--webhook-url', 'http://127.0.0.1'], 'is not an https URL'],
  [['--webhook-url', 'https://127.0.0.1', '--webhook-service', 'a/b'], 'either --webhook-url or --webhook-service'],
  [['--webhook-service', 'pillion'], 'is not of the form NAMESPACE/NAME[:PORT]'],
])('%j is refused: %s', async (flags, message) => {
  const files = { 'key.pem': `${CA}-----BEGIN PRIVATE KEY-----\n`, 'text.pem': 'hello' };
  const outcome = await rendered(flags, files);
  expect(outcome).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(message) });
});
