import { Type } from 'typebox';
import { flag, group, required, word } from './fields.ts';

/** The mesh that the proxy belongs to. */
export const Mesh = Type.Object(
  {
    revision: word('', 'The revision of istiod; empty for the default one.', 'revision'),
    istioNamespace: required('istio-system', 'Where istiod runs.', 'global.istioNamespace'),
    clusterDomain: required('cluster.local', 'The domain of Services.', 'global.proxy.clusterDomain'),
    trustDomain: word('cluster.local', 'The domain of identities.', 'meshConfig.trustDomain, global.trustDomain'),
    meshId: word('', 'Name of the mesh; the trust domain when empty.', 'global.meshID'),
    network: word('', 'Name of the network.', 'global.network'),
    clusterName: word('', 'Name of the cluster; Kubernetes when empty.', 'global.multiCluster.clusterName'),
    prometheusMerge: flag(
      true,
      'The agent serves the application’s metrics with its own.',
      'meshConfig.enablePrometheusMerge',
    ),
    otelSemanticConventions: flag(
      false,
      'Resource attributes for OpenTelemetry are set.',
      'meshConfig.extensionProviders[].opentelemetry.serviceAttributeEnrichment',
    ),
    compliancePolicy: word('', 'As fips-140-2 or fips-140-3.', 'environment COMPLIANCE_POLICY of istiod'),
  },
  { ...group, description: 'The mesh that the proxy belongs to.' },
);
