import { findAfter } from '../findings';
import { TEMPO_CONFIG } from '../folder';

test('data in another bucket than most of it fails', () => {
  const findings = findAfter({
    file: TEMPO_CONFIG,
    from: '${S3_BUCKET}',
    to: 'traces',
  });
  expect(findings).toEqual([`fail tempo/bucket ${TEMPO_CONFIG}:27`]);
});
