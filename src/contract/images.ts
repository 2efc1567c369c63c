import type { AttemptsOf } from './attempts';

/** An image in ECR; without a tag the newest push. */
export interface ImageRequest {
  repository: string;
  tag?: string;
}

/** One image to build: `<context>/<service>/Dockerfile` on the build host. */
export interface BuildRequest {
  service: string;
  repository: string;
  builder: 'docker' | 'buildah';
  context: string;
  buildArguments: Record<string, string>;
}

/** What ECR's scan says: its status, `NONE` where there is no scan, and findings by severity. */
export interface Scan {
  status: string;
  counts: Record<string, number>;
}

export interface ImageActivities {
  /** `image` is `<uri>@sha256:…`; absent while the repository holds none */
  resolveImage(input: ImageRequest): Promise<{ image?: string }>;
  /**
   * On a build host: builds and pushes what ECR does not hold under the tag of its content.
   * Fails with type BuildFailed and the last lines of the builder.
   */
  buildImage(input: BuildRequest): Promise<{
    image: string;
    tag: string;
    built: boolean;
  }>;
  /** whether ECR holds the image of what lies in the folder now */
  verifyImage(input: BuildRequest): Promise<{ tag: string; digest?: string }>;
  awaitScan(input: { repository: string; image: string; timeoutMs: number }): Promise<Scan>;
}

export const IMAGE_ATTEMPTS: AttemptsOf<ImageActivities> = {
  resolveImage: 'quick',
  buildImage: 'build',
  verifyImage: 'quick',
  awaitScan: 'waiting',
};
