import { type ScanSurroundings, scanPods } from '../cluster/scan/scan-pods.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { Environment } from './environment.ts';

const TOLD_EVERY = 1_000;

/**
 * Judges the pods of namespaces as the background scan does, and tells on a terminal how far it is.
 * @param only in these namespaces; in all of them when there is undefined among them
 * @throws as scanPods
 */
export async function visitLivePods(
  transport: KubeTransport,
  surroundings: ScanSurroundings,
  only: Iterable<string | undefined>,
  visit: Parameters<typeof scanPods>[2],
  environment: Environment,
): Promise<void> {
  const progress = environment.interactive ? environment.stderr : () => {};
  let scanned = 0;
  for (const namespace of only)
    await scanPods(
      transport,
      surroundings,
      (...judged) => {
        visit(...judged);
        scanned += 1;
        if (scanned % TOLD_EVERY === 0) progress(`\r${scanned} pods compared`);
      },
      namespace === undefined ? {} : { only: namespace },
    );
  if (scanned >= TOLD_EVERY) progress('\r\u001b[K');
}
