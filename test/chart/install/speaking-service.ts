/** A Service that says something about its traffic, so that it is read whole. */
export const SPEAKING_SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', annotations: { 'pillion.io/traffic': '{service: {name: web, port: 80}}' } },
  spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80 }] },
};
