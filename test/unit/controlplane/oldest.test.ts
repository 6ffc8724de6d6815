import { expect, test } from '@jest/globals';
import { OLDEST_KUBERNETES } from '../../../src/core/kubernetes/oldest.ts';
import { kubernetesModule } from '../../controlplane/find.ts';
import { versionIn } from '../../controlplane/program.ts';
import { moduleFolder, readToolModule } from '../../controlplane/tool-module.ts';

test('the oldest supported Kubernetes is the one that test:oldest builds', async () => {
  const oldest = await readToolModule(moduleFolder(kubernetesModule({ PILLION_KUBERNETES: OLDEST_KUBERNETES })));
  expect(versionIn(oldest.version)).toEqual(versionIn(OLDEST_KUBERNETES));
  const newest = await readToolModule(moduleFolder(kubernetesModule({})));
  expect(newest.tools).toEqual(oldest.tools);
});
