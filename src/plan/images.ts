import { z } from 'zod';
import { duration } from './duration';

/** Severities of a finding of ECR's image scan, the mildest first. */
export const SEVERITIES = ['UNDEFINED', 'INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;

const someText = z.string().min(1);

/** Who builds the services' images, and what their scan may find. */
export const imagesSchema = z.strictObject({
  builder: z.enum(['docker', 'buildah', 'none']).default('none').meta({
    description: 'What builds them on the build host; none: they are pushed to ECR by somebody else',
  }),
  context: someText.default('dockerfiles').meta({
    description: 'Folder on the build host with a folder per service',
  }),
  baseRegistry: someText.default('docker.io').meta({
    description: 'Where base images come from: a pull-through cache, say',
  }),
  maxSeverity: z.enum(SEVERITIES).default('HIGH').meta({
    description: 'The worst scan finding that does not hold the migration',
  }),
  scanTimeout: duration.default('10m'),
});
