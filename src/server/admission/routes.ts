import type { Hook } from '../../core/admission/hook.ts';

/**
 * Which hook answers at which path. The API server shows hook name and path to the user when a call fails, so the path itself
 * says who is affected; the short one is for people with curl.
 */
export const ADMISSION_ROUTES: Readonly<Record<string, Hook>> = {
  '/inject/pod-asked-for-sidecar': 'inject',
  '/inject': 'inject',
  '/warn': 'warn',
};
