/** Sentences that operators read in failures of a build: what, where, and the way out. */

/** @param dockerfile its path on the build host */
export function noDockerfile(dockerfile: string, context: string): string {
  const wayOut = `set images.context, or start in the folder that holds ${context}`;
  return `there is no ${dockerfile} on this build host; ${wayOut}`;
}

/** A builder that the operating system does not start. */
export function noBuilder(builder: string, reason: string): string {
  const wayOut = 'install it on the build host, or set images.builder';
  return `${builder} can't be run: ${reason}; ${wayOut}`;
}

/** A builder that ended with an error; `lines`: its last ones. */
export function buildFailed(builder: string, task: string, exitCode: number | null, lines: string[]): string {
  const heading = `${builder} could not ${task} (exit ${exitCode}):`;
  return [heading, ...lines].join('\n');
}

/** A push that the builder calls done. */
export function imageNotPushed(reference: string): string {
  return `${reference} was pushed and is not in ECR`;
}
