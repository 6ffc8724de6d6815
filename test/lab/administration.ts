import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { PodWorker } from '../node/pod-worker.ts';

/** What the Envoy of a pod answers on its administration socket, which lies in a volume of the sidecar. */
export function askEnvoy<T>(pod: PodWorker, path: string): Promise<T> {
  const socketPath = join(pod.volume('pillion-envoy-run'), 'admin.sock');
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path }, (response) => {
      json(response).then((body) => resolve(body as T), reject);
    });
    outgoing.on('error', reject).end();
  });
}
