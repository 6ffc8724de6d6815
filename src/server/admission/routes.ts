import type { Hook } from '../../core/admission/hook.ts';
import { HOOK_PATHS } from '../../core/registration/registration.ts';

/** Which hook answers at which path: the ones that are registered, and a short one for people with curl. */
export const ADMISSION_ROUTES: Readonly<Record<string, Hook>> = {
  [HOOK_PATHS.inject]: 'inject',
  '/inject': 'inject',
  [HOOK_PATHS.warn]: 'warn',
  [HOOK_PATHS.workloads]: 'workloads',
  [HOOK_PATHS.namespaces]: 'namespaces',
  [HOOK_PATHS.policies]: 'policies',
  [HOOK_PATHS.services]: 'services',
};
