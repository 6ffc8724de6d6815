/** Whether the API server of the tests has MutatingAdmissionPolicies: since 1.36, and so the newest and not the oldest. */
export const HAS_MUTATING_POLICIES = process.env.PILLION_KUBERNETES === undefined;
