import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import { chartObject } from '../prometheus/chart-object.ts';
import { outsideCluster } from '../prometheus/outside-cluster.ts';
import { type PodMonitor, scrapeConfigsOf } from '../prometheus/pod-monitor.ts';
import { type Prometheus, startPrometheus } from '../prometheus/prometheus.ts';
import { call } from './counted.ts';
import type { Lab } from './lab.ts';
import { SHOP, shopPod, shopReady, startShop } from './shop.ts';

const METERED = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' };

const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: SHOP },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web', version: 'v1' }, annotations: { ...ASKS, ...METERED } },
      spec: {
        terminationGracePeriodSeconds: 5,
        containers: [{ name: 'app', image: 'lab/http', ports: [{ containerPort: 8080 }] }],
      },
    },
  },
};

let lab: Lab;
/** With deploy/prometheus/scrape-configs.yaml. */
let byAnnotations: Prometheus;
/** With what the operator makes of the chart’s PodMonitor. */
let byMonitor: Prometheus;

beforeAll(async () => {
  lab = await startShop();
  const scrapeConfigs: object[] = parse(
    await readFile(new URL('../../deploy/prometheus/scrape-configs.yaml', import.meta.url), 'utf8'),
  );
  const monitor = await chartObject<PodMonitor>('PodMonitor', 'pillion-sidecars');
  const { guard, controlPlane } = lab.cluster;
  [byAnnotations, byMonitor] = await Promise.all([
    startPrometheus(guard, 'annotations', outsideCluster(controlPlane.kubeconfig, scrapeConfigs)),
    startPrometheus(guard, 'monitor', outsideCluster(controlPlane.kubeconfig, scrapeConfigsOf(monitor))),
  ]);
  const bare = shopPod('bare', 'lab/http', { annotations: { ...METERED, 'sidecar.istio.io/inject': 'false' } });
  await lab.apply(web, bare, shopPod('client', 'lab/client'));
  await lab.kubectl('rollout', 'status', 'deployment/web', '-n', SHOP, '--timeout=180s');
  await shopReady(lab, 'bare', 'client');
  const all = async (prometheus: Prometheus, count: number) => (await found(prometheus)).length >= count;
  await eventually('all are scraped', async () => (await all(byAnnotations, 6)) && all(byMonitor, 3));
});

afterAll(async () => lab?.stop());

/** The targets that answer, each by its job, its workload and where it is read. */
async function found(prometheus: Prometheus): Promise<readonly string[]> {
  const targets = (await prometheus.targets()).filter(({ health }) => health === 'up');
  return targets.map(({ labels, scrapeUrl }) => `${labels.job} ${labels.workload} ${placeOf(scrapeUrl)}`).sort();
}

const placeOf = (url: string) => `${new URL(url).port}${new URL(url).pathname}`;

test('by annotations the applications are found, and beside them every sidecar by the name of its port', async () => {
  expect(await found(byAnnotations)).toEqual([
    'applications bare 8080/metrics',
    'applications web 8080/metrics',
    'applications web 8080/metrics',
    'pillion-sidecars client 15090/stats/prometheus',
    'pillion-sidecars web 15090/stats/prometheus',
    'pillion-sidecars web 15090/stats/prometheus',
  ]);
  // and nothing is looked for where nothing is
  expect((await byAnnotations.targets()).filter(({ health }) => health !== 'up')).toEqual([]);
});

test('the PodMonitor finds every sidecar, and nothing else', async () => {
  expect(await found(byMonitor)).toEqual([
    'pillion-system/pillion-sidecars client 15090/stats/prometheus',
    'pillion-system/pillion-sidecars web 15090/stats/prometheus',
    'pillion-system/pillion-sidecars web 15090/stats/prometheus',
  ]);
  expect(await byMonitor.targets()).toHaveLength(3);
});

test('the series of an application and those of its sidecar tell the same pod', async () => {
  const pods = lab.cluster.node.pods(SHOP).filter(({ pod }) => pod.metadata?.labels?.app === 'web');
  const identity = { namespace: SHOP, workload: 'web', canonical_service: 'web', canonical_revision: 'v1' };
  for (const { name } of pods) {
    const [application] = await byAnnotations.query(`lab_answered_total{pod="${name}"}`);
    const [sidecar] = await byAnnotations.query(`envoy_server_live{pod="${name}"}`);
    const [ofOperator] = await byMonitor.query(`envoy_server_live{pod="${name}"}`);
    for (const sample of [application, sidecar, ofOperator])
      expect(sample?.labels).toEqual(expect.objectContaining({ ...identity, pod: name }));
  }
  const joined = 'lab_answered_total and on (namespace, pod, workload) envoy_server_live';
  expect(await byAnnotations.query(joined)).toHaveLength(pods.length);
});

test('a pod without a controller is a workload of its own', async () => {
  const [sample] = await byMonitor.query('envoy_server_live{pod="client"}');
  expect(sample?.labels).toMatchObject({
    workload: 'client',
    canonical_service: 'client',
    canonical_revision: 'latest',
    container: 'istio-proxy',
  });
});

test('a sidecar shows some hundred series, and all that Envoy has on another path', async () => {
  const client = lab.pod(SHOP, 'client');
  const [web] = lab.cluster.node.pods(SHOP).filter(({ pod }) => pod.metadata?.labels?.app === 'web');
  expect(await call(lab, client, 'http', `http://${web?.ip}:8080/`)).toMatchObject({ status: 200 });
  const seriesOn = async (path: string) => {
    const text = await (await fetch(`http://${client.ip}:15090${path}`)).text();
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  };
  // without traffic values nothing is added by destinations
  expect(await seriesOn('/stats/prometheus')).toBeLessThan(150);
  expect(await seriesOn('/stats/prometheus/all')).toBeGreaterThan(1500);
});
