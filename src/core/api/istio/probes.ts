import { Type } from 'typebox';
import { count, flag, from, group } from './fields.ts';

/** Probes of the application and of the sidecar. */
export const Probes = Type.Object(
  {
    rewrite: flag(
      true,
      'Probes and life cycle calls of the application go through the agent, since the redirect would capture them.',
      'sidecarInjectorWebhook.rewriteAppHTTPProbe',
    ),
    readinessInitialDelaySeconds: count(0, 'Of the sidecar itself.', 'global.proxy.readinessInitialDelaySeconds'),
    readinessPeriodSeconds: count(15, 'Of the sidecar itself.', 'global.proxy.readinessPeriodSeconds', 1),
    readinessFailureThreshold: count(4, 'Of the sidecar itself.', 'global.proxy.readinessFailureThreshold', 1),
    startup: flag(true, 'Whether the sidecar has a startup probe.', 'global.proxy.startupProbe.enabled'),
    startupFailureThreshold: count(600, 'Seconds it has to start.', 'global.proxy.startupProbe.failureThreshold', 1),
    statusPort: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65535,
        description: from(
          '0: the sidecar has no probes of its own. With compatibility Istio it is also the agent’s port as the redirect and the drain know it, 15020 when it is left out; with Corrected they know that of proxyConfig.',
          'global.proxy.statusPort',
        ),
      }),
    ),
  },
  { ...group, description: 'How probes of the application pass the proxy.' },
);
