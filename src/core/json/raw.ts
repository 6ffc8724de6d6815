declare global {
  // TypeScript knows it from the edition after ES2025 on
  interface JSON {
    rawJSON(text: string): object;
  }
}

/** JSON text as a value: JSON.stringify sets it into its own text as it stands, without escaping it once more. */
export const rawJson = (text: string): object => JSON.rawJSON(text);
