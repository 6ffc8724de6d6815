import { BROWSER_COMMANDS } from '../../test/browser/system-commands.ts';
import { CHART_COMMANDS } from '../../test/chart/system-commands.ts';
import { findPrograms } from '../../test/controlplane/find.ts';
import { findEnvoy } from '../../test/envoy/binary.ts';
import { findPeerPrograms } from '../../test/istio/peer-programs.ts';
import { ISTIO_COMMANDS } from '../../test/istio/system-commands.ts';
import { LAB_COMMANDS } from '../../test/lab/system-commands.ts';
import { type SystemCommand, SystemPackages } from '../../test/needs/system-packages.ts';
import { NODE_COMMANDS } from '../../test/node/system-commands.ts';
import { readPeer } from '../../test/parity/peer.ts';
import { findHelm } from '../../test/tools/helm.ts';
import { findJaeger } from '../../test/tools/jaeger.ts';
import { findKubeconform } from '../../test/tools/kubeconform.ts';
import { findKubelet } from '../../test/tools/kubelet.ts';
import { findKubernetesSchemas } from '../../test/tools/kubernetes-schemas.ts';
import { findKwok } from '../../test/tools/kwok.ts';
import { findPrometheus } from '../../test/tools/prometheus.ts';
import { requireNetworkNamespaces, TRAFFIC_COMMANDS } from '../../test/traffic/system-commands.ts';
import type { Progress } from '../progress.mjs';
import { runChecks } from './checks.ts';
import { runJest } from './jest.ts';
import type { Suite } from './suite.ts';
import { JEST_SUITES, type JestSuite } from './suite-names.ts';

/** Something that takes time to get. It is got once, whichever suites need it; rejects with MissingNeed when it cannot be had. */
export interface Need {
  readonly name: string;
  get(progress: Progress): Promise<unknown>;
}

const controlPlane: Need = { name: 'control plane', get: (progress) => findPrograms({ progress }) };
const envoy: Need = { name: 'Envoy', get: (progress) => findEnvoy({ progress }) };
const helm3: Need = { name: 'Helm 3', get: (progress) => findHelm(3, { progress }) };
const helm4: Need = { name: 'Helm 4', get: (progress) => findHelm(4, { progress }) };
const jaeger: Need = { name: 'Jaeger', get: (progress) => findJaeger({ progress }) };
const kubeconform: Need = { name: 'kubeconform', get: (progress) => findKubeconform({ progress }) };
const schemas: Need = { name: 'JSON schemas', get: (progress) => findKubernetesSchemas({ progress }) };
const kubelet: Need = { name: 'kubelet', get: (progress) => findKubelet({ progress }) };
const kwok: Need = { name: 'kwok', get: (progress) => findKwok({ progress }) };
const prometheus: Need = { name: 'Prometheus', get: (progress) => findPrometheus({ progress }) };
const istioSources: Need = { name: 'Istio’s goldens', get: readPeer };
const networkNamespaces: Need = { name: 'network namespaces', get: requireNetworkNamespaces };

const packages = new SystemPackages();
const commandsOf = (commands: readonly SystemCommand[]): Need => ({
  name: commands.map(({ command }) => command).join(' and '),
  get: (progress) => packages.require(commands, progress),
});
const trafficCommands = commandsOf(TRAFFIC_COMMANDS);
const nodeCommands = commandsOf(NODE_COMMANDS);
const labCommands = commandsOf(LAB_COMMANDS);
const chartCommands = commandsOf(CHART_COMMANDS);
const browserCommands = commandsOf(BROWSER_COMMANDS);
const istioCommands = commandsOf(ISTIO_COMMANDS);
const istioPrograms: Need = {
  name: "Istio's programs",
  get: (progress) =>
    findPeerPrograms(['pilot-agent', 'pilot-discovery', 'injector', 'parsed', 'discover'], { progress }),
};
const istioctl: Need = { name: 'istioctl', get: (progress) => findPeerPrograms(['istioctl'], { progress }) };

// the limits leave room for a first run, when Kubernetes is being built at the same time
// adding a suite is a folder under test/, its name in suite-names.ts and a line here
const JEST: Record<
  JestSuite,
  Pick<Suite, 'needs' | 'minutes' | 'alone' | 'givesWay' | 'live'> & { readonly workers?: number }
> = {
  unit: { needs: [], minutes: 25, givesWay: true },
  golden: { needs: [], minutes: 20, givesWay: true },
  property: { needs: [], minutes: 25, workers: 2, givesWay: true },
  https: { needs: [], minutes: 25, live: true },
  parity: { needs: [istioSources, controlPlane], minutes: 20 },
  // its tests wait for an API server most of the time
  cluster: { needs: [controlPlane, prometheus, kubelet, kwok], minutes: 55, workers: 2, live: true },
  chart: {
    needs: [controlPlane, helm3, helm4, kubeconform, schemas, chartCommands, istioSources, istioctl],
    minutes: 45,
    live: true,
  },
  traffic: { needs: [networkNamespaces, trafficCommands, envoy], minutes: 20, live: true },
  node: { needs: [networkNamespaces, nodeCommands, controlPlane], minutes: 15, live: true },
  // it moves a gibibyte and counts connections, so what runs beside it would be measured too
  lab: {
    needs: [networkNamespaces, nodeCommands, trafficCommands, labCommands, controlPlane, envoy, jaeger, prometheus],
    minutes: 45,
    workers: 1,
    alone: true,
    live: true,
  },
  istio: {
    needs: [networkNamespaces, nodeCommands, istioCommands, controlPlane, envoy, helm4, istioPrograms],
    minutes: 20,
    workers: 1,
    live: true,
  },
  browser: { needs: [browserCommands, controlPlane, kubelet], minutes: 20, workers: 1, live: true },
  image: { needs: [networkNamespaces, nodeCommands, trafficCommands, controlPlane], minutes: 15, live: true },
  ha: {
    needs: [networkNamespaces, nodeCommands, controlPlane, helm4],
    minutes: 20,
    workers: 1,
    alone: true,
    live: true,
  },
};

/** Everything that `npm test` runs. */
export const SUITES: readonly Suite[] = [
  { name: 'check', needs: [], minutes: 5, run: runChecks },
  ...JEST_SUITES.map((name) => {
    const { needs, minutes, workers, alone = false, givesWay = false, live = false } = JEST[name];
    return { name, needs, minutes, alone, givesWay, live, run: runJest(name, workers) };
  }),
];
