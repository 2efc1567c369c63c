import { findAfter } from '../findings';
import { LOKI_CONFIG, TEMPO_CONFIG } from '../folder';

test('data in another bucket than most of it fails', () => {
  const findings = findAfter({
    file: TEMPO_CONFIG,
    from: '${S3_BUCKET}',
    to: 'traces',
  });
  expect(findings).toEqual([`fail tempo/bucket ${TEMPO_CONFIG}:27`]);
});

test('a Loki that spreads its chunks over several buckets fails: a plan has one', () => {
  const findings = findAfter({
    file: LOKI_CONFIG,
    from: 'bucketnames: ${S3_BUCKET}',
    to: 'bucketnames: "${S3_BUCKET},second"',
  });
  expect(findings).toContainEqual(expect.stringMatching(/^fail loki\/bucket /));
});
