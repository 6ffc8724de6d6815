import type { Check } from '../subject.ts';

/** Does it bring a container of its own under the sidecar’s name? It would look injected to every tool and be nothing of the kind. */
export const sidecarImpersonation: Check<'sidecar-impersonation'> = ({ separated }) => {
  const problems = separated.impersonators.map(({ container, path }) => ({
    path: `${path}/name`,
    message: `the container ${container.name} has the image ${JSON.stringify(container.image ?? '')}`,
  }));
  return problems.length === 0 ? undefined : { reason: 'sidecar-impersonation', rule: '', problems };
};
