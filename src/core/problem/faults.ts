import type { Problem } from './problem.ts';

/** Faults of the program’s use: code, what happened, what to do next, and the exit code of the command line. */
export const FAULTS = {
  PIL001: { sentence: 'a file cannot be read', hint: 'Check the path and its permissions.', exit: 2 },
  PIL002: { sentence: 'a document is refused', hint: 'Mend the places that are named.', exit: 2 },
  PIL003: { sentence: 'the command is not used as it is meant', hint: 'See pillion --help.', exit: 2 },
  PIL004: { sentence: 'there is nothing to look at', hint: 'Name files with pods or workloads in them.', exit: 2 },
  PIL005: { sentence: 'the server cannot start', hint: 'See the message above.', exit: 1 },
  PIL006: { sentence: 'the cluster cannot be asked', hint: 'Check --kubeconfig, --context and your rights.', exit: 4 },
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
