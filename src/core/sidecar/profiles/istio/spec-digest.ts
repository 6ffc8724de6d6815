import { digest } from '../../../json/canonical.ts';
import { sortedKeys } from '../../../json/sorted-keys.ts';
import { VERSION } from '../../../version.ts';
import type { Injection, RenderInput, Rendering } from '../../rendering.ts';
import type { PodFacts } from './proxy-env.ts';
import type { ReadyIstio } from './render.ts';

/** A digest of all that the parts are rendered from. */
export const specDigestOf = (
  { revision }: ReadyIstio,
  { containers, workload, namespace, serviceAccount, token, config }: PodFacts,
  origins: Rendering['origins'],
  { labels: written, changes }: Injection,
  overrides: RenderInput['overrides'],
): string =>
  digest(
    JSON.stringify([
      VERSION,
      revision,
      origins,
      containers.map(({ name, ports }) => [name, sortedKeys(ports ?? null)]),
      workload,
      namespace,
      serviceAccount,
      token !== undefined,
      config.value,
      written,
      changes,
      overrides.map(({ recorded }) => recorded),
    ]),
  );
