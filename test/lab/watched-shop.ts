import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { chartObject } from '../prometheus/chart-object.ts';
import { outsideCluster } from '../prometheus/outside-cluster.ts';
import { type PodMonitor, scrapeConfigsOf } from '../prometheus/pod-monitor.ts';
import { type Prometheus, startPrometheus } from '../prometheus/prometheus.ts';
import { call } from './counted.ts';
import { ENABLED, type Lab, startLab } from './lab.ts';
import { SHOP, shopPod } from './shop.ts';
import { resilientValues, trafficService } from './traffic-service.ts';

/** A namespace beside the shop, one of whose pods calls it. */
export const STREET = 'street';

/** A shop whose sidecars had to do with everything that they can be asked to do, under a Prometheus with the rules of the chart. */
export interface WatchedShop {
  readonly lab: Lab;
  readonly prometheus: Prometheus;
  /** When the traffic began. */
  readonly since: Date;
  stop(): Promise<void>;
}

const TRIES = { attempts: 2, perTryTimeout: '500ms', retryOn: ['503', 'reset'], backoff: '25ms' };

const SERVICES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  timing: { timeout: '1s' },
  ...resilientValues(TRIES),
};

const backends = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'backend', namespace: SHOP },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'backend' } },
    template: {
      metadata: { labels: { app: 'backend', version: 'v1' }, annotations: ASKS },
      spec: { terminationGracePeriodSeconds: 5, containers: [{ name: 'app', image: 'lab/all' }] },
    },
  },
};

/** Starts it, and resolves when everything that the traffic has made has been scraped and recorded. */
export async function startWatchedShop(): Promise<WatchedShop> {
  const features = ['Observability', 'Resilience'] as const;
  const namespaces = { [SHOP]: ENABLED, [STREET]: ENABLED };
  const lab = await startLab({ namespaces, policy: { profile: { features: [...features] } } });
  try {
    const [monitor, rules] = await Promise.all([
      chartObject<PodMonitor>('PodMonitor', 'pillion-sidecars'),
      chartObject<{ spec: { groups: object[] } }>('PrometheusRule', 'pillion-sidecars'),
    ]);
    const { guard, controlPlane } = lab.cluster;
    const scrapeConfigs = outsideCluster(controlPlane.kubeconfig, scrapeConfigsOf(monitor));
    const prometheus = await startPrometheus(guard, 'watched', scrapeConfigs, rules.spec.groups);
    await lab.apply(
      ...Object.entries(SERVICES).map(([name, values]) => trafficService(name, values)),
      // nobody listens there
      trafficService('absent', { timeout: '5s' }, { port: 8081 }),
      backends,
    );
    await lab.kubectl('rollout', 'status', 'deployment/backend', '-n', SHOP, '--timeout=180s');
    const dependsOn = [...Object.keys(SERVICES), 'absent'].map((name) => `${SHOP}/${name}`).join(', ');
    const caller = { annotations: { 'pillion.io/depends-on': dependsOn } };
    await lab.apply(
      shopPod('client', 'lab/client', caller),
      shopPod('visitor', 'lab/client', { ...caller, namespace: STREET }),
    );
    for (const [pod, namespace] of [
      ['client', SHOP],
      ['visitor', STREET],
    ] as const)
      await lab.kubectl('wait', '-n', namespace, '--for=condition=Ready', '--timeout=180s', `pod/${pod}`);
    await eventually('all sidecars are read', async () => (await prometheus.query('envoy_server_live')).length === 5);
    const since = new Date();
    // a rate needs a series that stands and then grows
    for (let round = 0; round < 2; round++) await traffic(lab);
    await sleep(3_000);
    return { lab, prometheus, since, stop: () => lab.stop() };
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

/** One round of everything; takes some ten seconds, so that what happens is seen by several scrapes. */
async function traffic(lab: Lab): Promise<void> {
  const client = lab.pod(SHOP, 'client');
  const visitor = lab.pod(STREET, 'visitor');
  const [first, second] = lab.cluster.node.pods(SHOP).filter(({ pod }) => pod.metadata?.labels?.app === 'backend');
  const requests = (service: string, path: string, count: number, atOnce = 1, from = client) =>
    call(lab, from, 'requests', `http://${service}.${SHOP}:8080/${path}`, String(count), String(atOnce));
  await Promise.all([
    requests('timing', 'delay/1500', 2, 2),
    requests('timing', 'delay/20', 20, 2, visitor),
    requests('retrying', 'status/503', 3),
    requests('retrying', 'delay/800', 1),
    requests('budgeting', 'status/503', 60, 20),
    requests('breaking', 'work/2500', 12, 12),
    requests('queueing', 'work/2500', 12, 12),
    call(lab, client, 'requests', 'http://absent.shop:8081/', '3'),
    call(lab, client, 'requests', `http://${first?.ip}:8080/`, '10'),
    call(lab, client, 'tcp', first?.ip ?? '', '9000', 'text\n'),
  ]);
  await become(lab, second, 503);
  await Promise.all([
    requests('ejecting', 'work/1', 60, 3),
    requests('keeping', 'work/1', 60, 3),
    requests('retrying', 'work/1', 30, 3),
  ]);
  await sleep(2_000);
  await become(lab, second, 200);
}

async function become(lab: Lab, pod: PodWorker | undefined, status: number): Promise<void> {
  if (pod !== undefined) await call(lab, pod, 'http', `http://127.0.0.1:8080/become/${status}`);
}
