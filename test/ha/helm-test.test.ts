import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findHelm } from '../tools/helm.ts';
import { type Installation, startInstallation } from './installation.ts';

let installation: Installation;

beforeAll(async () => {
  // the test may create pods in shop alone
  installation = await startInstallation({ tests: { namespace: 'shop' } }, ['shop', 'another']);
});

afterAll(async () => installation?.stop());

/** Runs `helm test`; the node runs its pod, from Pillion's own image. */
async function helmTest(major: 3 | 4) {
  const { controlPlane, guard } = installation;
  const helm = await findHelm(major);
  const args = ['test', 'pillion', '--namespace', 'pillion-system', '--timeout', '60s'];
  const env = { ...process.env, HOME: guard.folder, KUBECONFIG: controlPlane.kubeconfig };
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(helm, args, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

test.each([3, 4] as const)('Helm %s finds the installation well', async (major) => {
  expect(await helmTest(major)).toMatchObject({ code: 0, output: expect.stringMatching(/Phase:\s+Succeeded/) });
});

test('it finds out that nobody injects', async () => {
  await installation.kubectl('delete', 'mutatingwebhookconfiguration', 'zz-pillion-inject');
  expect(await helmTest(4)).toMatchObject({ code: 1, output: expect.stringContaining('Failed') });
});
