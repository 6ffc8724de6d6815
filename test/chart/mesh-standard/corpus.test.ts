import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { judgedValues } from '../../../src/core/traffic/judged-values.ts';
import { testCluster } from '../../cluster/test-cluster.ts';
import { expectFile } from '../../golden/expected-file.ts';
import { findPeerPrograms } from '../../istio/peer-programs.ts';
import { ask } from '../../needs/executable.ts';
import { HELMS, objectsIn, runHelm } from '../helm-runs.ts';
import { CORPUS, type CorpusFile, corpusFiles, effectiveOf, namespaceOf } from './corpus.ts';
import { type Answer, type IstioKinds, istioKinds } from './istio-kinds.ts';
import { MESH_CHART, meshTemplate, notesIn } from './mesh-chart.ts';
import { sampledValues } from './sampled-values.ts';
import { aroundService, gateways, type Manifest, makeNamespaces, SECRETS } from './surroundings.ts';

const files = corpusFiles();

/** What both Helms print for a file. */
async function rendering(file: CorpusFile): Promise<readonly [three: string, four: string]> {
  const [three, four] = await Promise.all(
    HELMS.map((major) => meshTemplate(major, ['-f', file.path, '-n', namespaceOf(file)])),
  );
  if (three?.code !== 0 || four?.code !== 0) throw new Error(`${file.name}: ${three?.stderr}${four?.stderr}`);
  return [three.stdout, four.stdout];
}

const renderings = new Map<string, ReturnType<typeof rendering>>();

/** The same, once for each file. */
function rendered(file: CorpusFile): ReturnType<typeof rendering> {
  const known = renderings.get(file.name) ?? rendering(file);
  renderings.set(file.name, known);
  return known;
}

/** The object of a kind that is made for a file. */
async function objectOf(name: string, kind: string): Promise<Manifest> {
  const file = files.find((one) => one.name === name);
  const [, four] = file === undefined ? ['', ''] : await rendered(file);
  const found = objectsIn(four).find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`the corpus has no ${kind} of ${name}`);
  return found as Manifest;
}

test('the sampled files are those of the sample, and there are a hundred files at least', () => {
  const samples = sampledValues();
  const leafOf = (index: number) => `sampled-${String(index + 1).padStart(2, '0')}.yaml`;
  for (const [index, values] of samples.entries()) {
    const text = `# By chance: sampled-values.ts. UPDATE_GOLDEN=1 writes it.\n${stringify(values, { version: '1.1' })}`;
    expectFile(new URL(`file://${CORPUS}${leafOf(index)}`), text);
  }
  const committed = readdirSync(CORPUS).filter((leaf) => leaf.startsWith('sampled-'));
  expect(committed.sort()).toEqual(samples.map((_, index) => leafOf(index)));
  expect(readdirSync(CORPUS).length).toBeGreaterThanOrEqual(100);
});

test.each(files)('$name keeps every rule', ({ name, text }) => {
  const judged = judgedValues({ text, file: name }, BUILT_IN_TRAFFIC_DEFAULTS, '2026-11-03');
  if ('problems' in judged) throw new Error(JSON.stringify(judged.problems));
  expect(judged.findings.filter(({ level }) => level === 'error')).toEqual([]);
});

test.each(files)('$name is rendered alike by Helm 3 and Helm 4', async (file) => {
  const [three, four] = await rendered(file);
  // between the documents of one template Helm 4 keeps the end of a line that Helm 3 takes away (their SplitManifests)
  expect(four.replaceAll('\n\n---\n', '\n---\n')).toBe(three);
});

describe('on the real API server', () => {
  const cluster = testCluster();
  const kinds: { installed?: IstioKinds } = {};
  const istio = (): IstioKinds => {
    if (kinds.installed === undefined) throw new Error('Istio’s kinds are not installed yet');
    return kinds.installed;
  };
  // what it said to the objects of each file
  const answers = new Map<string, readonly Answer[]>();

  beforeAll(async () => {
    kinds.installed = await istioKinds(cluster.api);
    const { answerTo, create } = kinds.installed;
    const around = files.flatMap((file) => aroundService(namespaceOf(file), effectiveOf(file)));
    await makeNamespaces(cluster.controlPlane, around, ['istio-ingress', 'audit', 'shop']);
    const { pair } = await issueSelfSigned({ names: ['shop.example.com'], now: new Date() });
    for (const object of gateways(SECRETS, pair)) await create(object);
    // nothing of the mesh is in it
    await cluster.controlPlane.kubectl(['label', 'namespace', 'default', 'istio-injection=disabled']);
    for (const object of around) await create(object);
    for (const file of files) {
      const [, four] = await rendered(file);
      answers.set(file.name, await Promise.all(objectsIn(four).map((object) => answerTo(object as Manifest))));
    }
  });

  test.each(files)('$name: it takes every object, with the rules of Istio’s definitions', ({ name }) => {
    const given = answers.get(name) ?? [];
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter(({ status }) => status !== 201)).toEqual([]);
  });

  test('it would refuse a wrong one: a duration below a millisecond, a field that does not exist', async () => {
    const made = await objectOf('smallest', 'VirtualService');
    const service = { ...made, metadata: { ...made.metadata, name: 'other' } };
    const [route] = (service.spec as { http: readonly object[] }).http;
    const answer = async (changed: object) => {
      const { status } = await istio().answerTo({ ...service, spec: { ...service.spec, http: [changed] } }, true);
      return status;
    };
    expect(await answer({ ...route, timeout: '0s' })).toBe(422);
    expect(await answer({ ...route, tmeout: '1s' })).toBe(400);
  });

  test('both Helms would install it, with the same notes', async () => {
    const path = `${CORPUS}canary-everything.yaml`;
    const printed = HELMS.map(async (major) => {
      const args = ['install', 'catalog', MESH_CHART, '-n', 'shop', '--dry-run=server', '-f', path];
      const { code, stdout, stderr } = await runHelm(major, args, { KUBECONFIG: cluster.controlPlane.kubeconfig });
      if (code !== 0) throw new Error(stderr);
      return notesIn(stdout);
    });
    const [three, four] = await Promise.all(printed);
    expect(three).toContain('kubectl -n shop get pods -l app=canary-everything');
    expect(four).toBe(three);
  });

  async function analysis(): Promise<string> {
    const { istioctl } = await findPeerPrograms(['istioctl']);
    // without -A it says nothing of any namespace but default
    const args = ['analyze', '-A', '--color=false', '--kubeconfig', cluster.controlPlane.kubeconfig];
    return (await ask(istioctl, args, 120_000)).output.trim();
  }

  test('istioctl analyze finds nothing in the whole corpus', async () => {
    expect(await analysis()).toMatch(/No validation issues found/);
  });

  test('istioctl analyze would find a wrong one: a subset that no pod has', async () => {
    const rule = await objectOf('canary-weight', 'DestinationRule');
    const spec = { ...rule.spec, subsets: [{ name: 'v9', labels: { version: 'v9' } }] };
    await istio().create({ ...rule, metadata: { ...rule.metadata, name: 'other' }, spec });
    expect(await analysis()).toMatch(/IST0173.*at-canary-weight\/other/);
  });
});
