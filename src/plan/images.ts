import { z } from 'zod';
import { durationWithin, line, textLike } from './formats';
import { SEVERITIES } from './severities';

const registry = textLike(
  /^[a-z0-9][a-z0-9.-]{0,252}(:\d{1,5})?(\/[a-z0-9._-]{1,100}){0,8}$/,
  'a registry, with or without a path: docker.io, host:5000/cache',
);

/** Who builds the services' images, and what their scan may find. */
export const imagesSchema = z.strictObject({
  builder: z.enum(['docker', 'buildah', 'none']).default('none').meta({
    description: 'What builds them on the build host; none: they are pushed to ECR by somebody else',
  }),
  context: line.default('dockerfiles').meta({
    description: 'Folder on the build host with a folder per service',
  }),
  baseRegistry: registry.default('docker.io').meta({
    description: 'Where base images come from: a pull-through cache, say',
  }),
  maxSeverity: z.enum(SEVERITIES).default('HIGH').meta({
    description: 'The worst scan finding that does not hold the migration',
  }),
  scanTimeout: durationWithin('1s', '6h').default('10m'),
});
