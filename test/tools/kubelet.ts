import { fileURLToPath } from 'node:url';
import { createProgress, type Progress } from '../../scripts/progress.mjs';
import { buildPrograms } from '../controlplane/build.ts';
import { cachedPath, readToolModule } from '../controlplane/tool-module.ts';
import { isExecutable } from '../needs/executable.ts';

const KUBELET = { name: 'kubelet', package: '.', coldBuild: '10 s' } as const;

/**
 * The path of a kubelet that can only forward ports: see kubelet/main.go. From the cache, or built into it; rejects with MissingNeed when there is
 * no Go, and with an Error that shows the compiler's output when the build fails.
 */
export async function findKubelet({ progress = createProgress() }: { readonly progress?: Progress } = {}) {
  const module = await readToolModule(fileURLToPath(new URL('./kubelet/', import.meta.url)));
  const cached = cachedPath(module, KUBELET.name);
  if (!(await isExecutable(cached))) await buildPrograms(module, [KUBELET], progress);
  return cached;
}
