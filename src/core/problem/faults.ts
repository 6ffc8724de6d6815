import type { Problem } from './problem.ts';

/** Faults of the program’s use: code, what happened, what to do next, and the exit code of the command line. */
export const FAULTS = {
  PIL001: { sentence: 'a file cannot be read', hint: 'Check the path and its permissions.', exit: 2 },
  PIL002: { sentence: 'a document is refused', hint: 'Mend the places that are named.', exit: 2 },
  PIL003: { sentence: 'the command is not used as it is meant', hint: 'See its --help.', exit: 2 },
  PIL004: {
    sentence: 'there is nothing to look at',
    hint: 'Name files with what the command is about in them.',
    exit: 2,
  },
  PIL005: { sentence: 'the server cannot start', hint: 'See the message above.', exit: 1 },
  PIL006: { sentence: 'the cluster cannot be asked', hint: 'Check --kubeconfig, --context and your rights.', exit: 4 },
  PIL007: {
    sentence: 'the cluster did not run what was to be tried',
    hint: 'See the message above; nothing is left in the cluster unless it says so.',
    exit: 4,
  },
  PIL008: { sentence: 'nothing can be verified', hint: 'See pillion explain, and docs/resilience.md.', exit: 3 },
  PIL009: {
    sentence: 'Helm cannot do its part',
    hint: 'Mend what is said above, and run the same command again.',
    exit: 1,
  },
  PIL010: {
    sentence: 'the central templates are not the ones that are pinned',
    hint: 'Take the pinned ones, or pin these with --update-lock.',
    exit: 2,
  },
  PIL011: {
    sentence: 'pods of the service would run outside the mesh',
    hint: 'Mend the templates that are named, or say in sidecar.podAnnotationsAt and podLabelsAt where their values are.',
    exit: 1,
  },
  PIL012: {
    sentence: 'a pod that asks gets no sidecar now',
    hint: 'Run pillion doctor, mend what it finds, and run this again.',
    exit: 1,
  },
  PIL013: {
    sentence: 'the dashboard cannot be asked',
    hint: 'Mend what is said above; see docs/dashboard-command.md.',
    exit: 4,
  },
} as const satisfies Record<string, { sentence: string; hint: string; exit: number }>;

export type FaultCode = keyof typeof FAULTS;

/** Something that ends a command: the code says what kind, the problems say where. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly problems: readonly Problem[];

  constructor(code: FaultCode, problems: readonly Problem[], cause?: unknown) {
    super(`${code}: ${FAULTS[code].sentence}`, { cause });
    this.name = 'Fault';
    this.code = code;
    this.problems = problems;
  }
}
