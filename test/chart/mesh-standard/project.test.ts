import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { DEFAULT_POLICY } from '../../../src/core/policy/default-policy.generated.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { readTrafficService, TRAFFIC_ANNOTATION } from '../../../src/core/traffic/traffic-service.ts';
import { expectFile } from '../../golden/expected-file.ts';
import { pillion } from '../../unit/cli/command-line.ts';
import { type ChartObject, HELMS, objectsIn } from '../helm-runs.ts';
import { meshTemplate, withDependency } from './mesh-chart.ts';

async function rendered(major: 3 | 4): Promise<string> {
  const { code, stdout, stderr } = await withDependency('project', (chart) => meshTemplate(major, [], chart));
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

const project = async (): Promise<readonly ChartObject[]> => objectsIn(await rendered(4));

test('a project without the plugin: what its own chart gets, and the objects beside it, by both Helms', async () => {
  const [three, four] = await Promise.all(HELMS.map(rendered));
  expect(objectsIn(three ?? '')).toEqual(objectsIn(four ?? ''));
  expectFile(new URL('expected/project.yaml', import.meta.url), three);
});

test('the values on a Service are taken by Pillion as they were written, and count alike', async () => {
  const services = (await project()).filter(({ kind }) => kind === 'Service');
  expect(services).toHaveLength(2);
  for (const service of services) {
    const text = service.metadata.annotations?.[TRAFFIC_ANNOTATION] ?? '';
    const judge = { company: BUILT_IN_TRAFFIC_DEFAULTS, today: '2026-11-03' };
    const read = readTrafficService(service as never, 'shop', text, judge);
    expect(read).toMatchObject({ service: { name: service.metadata.name }, warnings: [] });
    // a chart's own global values are nobody's business
    expect(text).not.toContain('registry.example.com');
  }
});

test.each(['envoy', 'istio'])('the annotations of pods are settings of the profile %s', async (name) => {
  const deployments = (await project()).filter(({ kind }) => kind === 'Deployment');
  const pods = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: deployments });
  const policy = parse(DEFAULT_POLICY);
  policy.spec.profiles = [{ name }];
  const files = { 'pods.json': pods, 'policy.json': JSON.stringify(policy) };
  const flags = ['--policy', 'policy.json', '-n', 'shop', '--namespace-label', 'istio-injection=enabled'];
  const { stdout, stderr } = await pillion(['explain', '-f', 'pods.json', ...flags], { files });
  expectFile(new URL(`expected/pods-${name}.txt`, import.meta.url), `${stdout}${stderr}`);
});
