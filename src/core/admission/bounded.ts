// names and values are checked only after the admission of a pod, and one request of megabytes could drive the records of others
// out of the buffer of the log; at this length a value is told apart from every accepted one
export const MAX_CHARACTERS = 512;

/** A text of a pod, cut for its record. */
export const bounded = (text: string): string => text.slice(0, MAX_CHARACTERS);
