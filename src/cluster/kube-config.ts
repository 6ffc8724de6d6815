// loaded on demand (see connect.ts). A module of its own, because a bundler keeps all of a package that is imported on demand by name
export { KubeConfig } from '@kubernetes/client-node';
