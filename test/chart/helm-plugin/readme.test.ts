import { cp, mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { testCluster } from '../../cluster/test-cluster.ts';
import { findPrograms } from '../../controlplane/find.ts';
import { istioDefinitions } from '../../istio/peer-programs.ts';
import { findHelm } from '../../tools/helm.ts';
import { HERE, installedPlugin } from './plugin.ts';
import { runPage } from './run-page.ts';

const plugin = installedPlugin();
const cluster = testCluster({ shop: {} });

beforeAll(async () => {
  const { code, stderr } = await cluster.controlPlane.kubectl(['create', '-f', '-'], await istioDefinitions());
  if (code !== 0) throw new Error(stderr);
  await cluster.controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
});

/** A folder with the chart of a project, and what a person has there. */
async function project(): Promise<{ readonly folder: string; readonly env: NodeJS.ProcessEnv }> {
  const folder = await plugin.workspace();
  const bin = await plugin.workspace();
  await symlink(await findHelm(4), join(bin, 'helm'));
  await symlink((await findPrograms()).kubectl, join(bin, 'kubectl'));
  await mkdir(join(folder, 'charts'));
  await cp(join(HERE, 'deployment'), join(folder, 'charts', 'catalog'), { recursive: true });
  const variables = plugin.variables(4);
  const env = { ...variables, PATH: [bin, variables.PATH].join(delimiter), HOME: folder };
  return { folder, env: { ...env, KUBECONFIG: cluster.controlPlane.kubeconfig } };
}

test.each([
  ['deploy/helm-plugin/README.md', 7],
  ['docs/for-application-teams.md', 8],
])('the commands of %s do what it says, and print what stands there', async (page, commands) => {
  const { folder, env } = await project();
  expect(await runPage(new URL(`../../../${page}`, import.meta.url), folder, env)).toBe(commands);
});
