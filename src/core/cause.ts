// What errors of libraries say to a user.

/** The first line of an error's message, unless a library stumbled over the data unawares. */
export function causeText(error: unknown): string {
  const stumbled = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  if (stumbled) return 'damaged, or of a kind that its reader does not know';
  return String((error as Error).message).split('\n')[0];
}
