import { service } from '../../chart/mesh-standard/surroundings.ts';
import { ENABLED } from '../../cluster/test-cluster.ts';
import type { PodWorker } from '../../node/pod-worker.ts';
import { byIstio, byPillion } from '../injected-pods.ts';
import { type Mesh, startMesh } from '../mesh/mesh.ts';
import { applicationPod, gatewayPod } from '../mesh/pods.ts';

/** A mesh with those who call. */
export interface World {
  readonly mesh: Mesh;
  /** A pod with a sidecar, and another one. */
  readonly caller: PodWorker;
  readonly otherCaller: PodWorker;
  /** A pod without a sidecar. */
  readonly outsider: PodWorker;
  /** The gateway that Gateways of the chart choose, and where it is called. */
  readonly gateway: PodWorker;
  readonly gatewayUrl: string;
}

const CALLERS = 'callers';
const INGRESS = 'istio-ingress';
const GATEWAY = 'ingressgateway';

export async function openWorld(): Promise<World> {
  const mesh = await startMesh();
  try {
    await Promise.all(
      [CALLERS, INGRESS].map((name) => mesh.cluster.controlPlane.createNamespace(name, { ...ENABLED })),
    );
    const labels = { istio: GATEWAY };
    await mesh.apply(service(INGRESS, GATEWAY, labels, [{ name: 'http', port: 80 }]));
    const [caller, otherCaller, outsider, gateway] = await Promise.all([
      mesh.run(applicationPod(CALLERS, 'caller'), byPillion),
      mesh.run(applicationPod(CALLERS, 'other-caller'), byPillion),
      mesh.run(applicationPod(CALLERS, 'outsider')),
      mesh.run(gatewayPod(INGRESS, GATEWAY, labels), byIstio),
    ]);
    return { mesh, caller, otherCaller, outsider, gateway, gatewayUrl: `http://${GATEWAY}.${INGRESS}` };
  } catch (error) {
    await mesh.stop();
    throw error;
  }
}
