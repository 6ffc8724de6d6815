/** Who keeps the registered objects: Pillion, or somebody by hand (from Git), and then Pillion only their caBundle. */
export const REGISTRATION_MODES = ['Managed', 'Manual'] as const;
export type RegistrationMode = (typeof REGISTRATION_MODES)[number];
