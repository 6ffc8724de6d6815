import { Type } from 'typebox';
import { asInKubernetes, flag, group } from './building-blocks.ts';

/** Who may reach the pods, and whom they reach. */
export const networkPolicy = group(
  'A NetworkPolicy for the pods. Port 8443 stays open to everybody: no label selects an API server.',
  {
    enabled: flag(false, 'Whether it is made.'),
    metricsFrom: asInKubernetes(
      'array',
      'Who may reach port 8080 (metrics), as `from` of a NetworkPolicy; empty: everybody.',
    ),
    dashboardFrom: asInKubernetes(
      'array',
      'Who may reach port 8081 (the dashboard) beside the replicas themselves, as `from` of a NetworkPolicy, such as an ingress controller; empty: nobody, which `pillion dashboard` does not need.',
    ),
    apiServerPorts: Type.Array(Type.Integer({ minimum: 1, maximum: 65535 }), {
      default: [443, 6443],
      minItems: 1,
      description: 'Ports under which the API server is reached.',
    }),
    apiServerAt: asInKubernetes(
      'array',
      'Where the API server is, as `to` of a NetworkPolicy; empty: anywhere on those ports.',
    ),
  },
);
