import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false };
/** A share of a whole, as 80%. */
export const Share = (description: string) =>
  Type.String({
    title: 'a share such as "80%"',
    pattern: '^(100|[1-9]?[0-9])(\\.[0-9]+)?%$',
    maxLength: 8,
    description,
  });
const Duration = (description: string, preset?: string) =>
  Type.String({
    title: 'a duration such as "500ms" or "30m"',
    pattern: '^[1-9][0-9]{0,5}(ms|s|m|h)$',
    ...(preset && { default: preset }),
    description,
  });
const gate = <P extends Parameters<typeof Type.Object>[0]>(properties: P, description: string) =>
  Type.Optional(Type.Object(properties, { ...closed, description }));

const PROPERTIES = {
  compatibility: gate(
    {
      incompatible: Type.Integer({
        minimum: 0,
        default: 0,
        description: 'So many workloads of the stage may be incompatible.',
      }),
    },
    'What `pillion check` says of the workloads of the stage.',
  ),
  acknowledgements: gate(
    { share: Share('So many of the squads of the stage have to have acknowledged their briefing.') },
    'Who has read what will change.',
  ),
  adoption: gate(
    { injected: Share('So many of the workloads of the stages that are open have to run with their sidecar.') },
    'How far the stages before are.',
  ),
  errorRate: gate(
    {
      most: Share('So many of the requests to sidecars may end with a status of 500 or more.'),
      window: Duration('Over so long.', '30m'),
    },
    'Errors in the stages that are open.',
  ),
  latency: gate(
    {
      quantile: Type.Number({
        minimum: 0.5,
        maximum: 0.999,
        default: 0.99,
        description: 'Which part of the requests is faster.',
      }),
      most: Duration('What it may take.'),
      window: Duration('Over so long.', '30m'),
    },
    'How long requests to sidecars take in the stages that are open.',
  ),
  restarts: gate(
    {
      most: Type.Integer({ minimum: 0, description: 'So many restarts of sidecars at most.' }),
      window: Duration('Over so long.', '30m'),
    },
    'Sidecars in the stages that are open that ended and were started again.',
  ),
  sidecarMemory: gate(
    { most: Share('How much of its limit a sidecar may use, at the 99th percentile of them.') },
    'Memory of the sidecars that run.',
  ),
  controlPlane: gate(
    {
      cpu: Type.Optional(Share('How much of its requested CPU istiod may use.')),
      memory: Type.Optional(Share('How much of its requested memory istiod may use.')),
      proxiesPerReplica: Type.Optional(
        Type.Integer({ minimum: 1, description: 'So many proxies at a replica after the stage.' }),
      ),
      pushConvergence: Type.Optional(
        Duration('How long a change may take to reach the proxies, at the 99th percentile.'),
      ),
    },
    'Whether istiod carries the proxies of the stage, by the figures predicted for it.',
  ),
  telemetryBackends: gate(
    {
      headSeries: Type.Optional(
        Type.Integer({ minimum: 1, description: 'So many series in Prometheus after the stage.' }),
      ),
      queue: Type.Optional(Share('How full the queue of spans or of log lines may be.')),
    },
    'Whether Prometheus and the collectors carry the telemetry of the stage.',
  ),
};

/** What has to hold before a stage is opened: each part that is there is one gate. A figure that cannot be had is unknown, never passed. */
export const Gates = (description: string, preset?: object) =>
  Type.Object(PROPERTIES, { ...closed, description, ...(preset && { default: preset }) });

const Plain = Type.Object(PROPERTIES, closed);
export type Gates = Static<typeof Plain>;
export type GateName = keyof typeof PROPERTIES;
