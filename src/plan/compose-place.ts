/** Where a stack's Compose files are on its hosts. */
export interface ComposePlace {
  composeDirectory: string;
  /**
   * each a project of its own, from the directory on: a file, several with `:` between them, each laid over those before
   * it, or a folder in which Compose finds one; absent: the one that it finds in the directory
   */
  composeFiles?: string[] | undefined;
}

/** Where the stack is on its hosts, as activities are told. */
export function findCompose({ composeDirectory, composeFiles }: ComposePlace): ComposePlace {
  return {
    composeDirectory,
    ...(composeFiles && { composeFiles }),
  };
}
