/** The doors of the API server behind which the server answers; each is one webhook configuration object. */
export const HOOKS = ['inject', 'warn'] as const;
export type Hook = (typeof HOOKS)[number];
