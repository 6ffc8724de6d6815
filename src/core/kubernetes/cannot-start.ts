/**
 * The reasons of a waiting container for which waiting does not help, as a kubelet says them (pkg/kubelet/container, pkg/kubelet/images).
 */
export const CANNOT_START = [
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
] as const;
