import type { Platform } from '../../contract/platform';

/** The services as they run: what the gates look at and what a scale-out changes. */
export interface Release extends Platform {
  counts: Record<string, number>;
  /** `<uri>@sha256:…` of each */
  images: Record<string, string>;
  /** ARN of each one's task definition */
  definitions: Record<string, string>;
}
