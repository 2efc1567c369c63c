import { ServiceError } from '@temporalio/client';
import { TemporalError } from './errors';
import { REFUSED } from './texts';

/** gRPC's status codes, those that have a sentence here. Source: google.rpc.Code */
export const GRPC = {
  cancelled: 1,
  deadlineExceeded: 4,
  permissionDenied: 7,
  failedPrecondition: 9,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The status code of an error, wherever the SDK has put it. */
export function grpcCodeOf(error: unknown): number | undefined {
  const inner = error instanceof ServiceError ? error.cause : error;
  const { code } = (inner ?? {}) as { code?: number };
  return code;
}

/** The sentence for credentials that Temporal does not take; undefined for any other error. */
export function refusalOf(error: unknown): TemporalError | undefined {
  const code = grpcCodeOf(error);
  const isRefusal = code === GRPC.permissionDenied || code === GRPC.unauthenticated;
  return isRefusal ? new TemporalError(REFUSED, { cause: error }) : undefined;
}
