import { afterAll, beforeAll } from '@jest/globals';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { type PillionLauncher, pillionLauncher } from './pillion-process.ts';

/** A real control plane, a client of it, and what starts Pillion against it. */
export interface TestCluster {
  readonly controlPlane: ControlPlane;
  readonly launcher: PillionLauncher;
  readonly api: ApiClient;
}

/**
 * A cluster for the tests of one file: up before the first of them, gone after the last.
 * @param namespaces the labels of the namespaces that it begins with, by their names
 * @param apiServerArgs flags of kube-apiserver besides, made before it starts
 */
export function testCluster(
  namespaces: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
  apiServerArgs: () => Promise<readonly string[]> = async () => [],
): TestCluster {
  const parts: { controlPlane?: ControlPlane; launcher?: PillionLauncher; api?: ApiClient } = {};
  beforeAll(async () => {
    const controlPlane = await startControlPlane({ apiServerArgs: await apiServerArgs() });
    parts.controlPlane = controlPlane;
    parts.launcher = await pillionLauncher(controlPlane);
    parts.api = apiClient(controlPlane);
    for (const [name, labels] of Object.entries(namespaces)) await controlPlane.createNamespace(name, { ...labels });
  });
  afterAll(async () => {
    parts.api?.close();
    await Promise.all([parts.launcher?.guard.stop(), parts.controlPlane?.stop()]);
  });
  return {
    get controlPlane() {
      return started(parts.controlPlane);
    },
    get launcher() {
      return started(parts.launcher);
    },
    get api() {
      return started(parts.api);
    },
  };
}

function started<T>(part: T | undefined): T {
  if (part === undefined)
    throw new Error('the cluster of this file is not up yet; use it in a test or a later beforeAll');
  return part;
}

/** The labels of a namespace that opts in. */
export const ENABLED = { 'istio-injection': 'enabled' } as const;
