import { type EscapedText, escapedText } from '../../../json/raw.ts';
import { writtenOnce } from '../../../json/written.ts';
import type { Rendered } from '../../rendering.ts';
import { NO_TOKEN } from '../../token.ts';
import type { Effective } from './effective.ts';
import { istioStatus } from './istio-status.ts';
import { placedParts } from './placed-parts.ts';
import { proxyContainer } from './proxy.ts';
import { redirectContainer } from './redirect.ts';
import { volumes } from './volumes.ts';

/** What is rendered alike for every pod that changes nothing about its sidecar, and has a token or none. */
export interface OrdinaryParts {
  /** Without its environment and without a mount of a token of the pod’s own. */
  readonly proxy: Rendered;
  readonly redirect: Rendered | undefined;
  readonly volumes: readonly Rendered[];
  readonly status: EscapedText;
}

/** The parts of a pod with no word of its own. */
export function ordinaryParts(effective: Effective, hidesToken: boolean): OrdinaryParts {
  const token = hidesToken ? NO_TOKEN.mount : undefined;
  const proxy = proxyContainer(effective, token);
  const redirect = redirectContainer(effective, token);
  const podVolumes = volumes(effective, '', hidesToken);
  const parts = placedParts(effective, { proxy, redirect }, podVolumes);
  return {
    proxy: fieldsWrittenOnce(proxy),
    redirect: redirect === undefined ? undefined : writtenOnce(redirect),
    volumes: podVolumes.map(writtenOnce),
    status: escapedText(istioStatus(parts, [], effective.spec.mesh.revision)),
  };
}

/** The container whose fields are written once each, since the environment that is added makes it another one. */
function fieldsWrittenOnce(container: Rendered): Rendered {
  for (const field of Object.values(container)) if (typeof field === 'object' && field !== null) writtenOnce(field);
  return container;
}
