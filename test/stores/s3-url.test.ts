import { holdsKeys, readS3Url, type S3Place } from '../../src/stores/s3-url';

const EU = { region: 'eu-west-1', bucket: 'logs' };

const WITHOUT_KEYS: [url: string, place: S3Place][] = [
  ['s3://eu-west-1/logs', EU],
  ['s3://us-gov-west-1/logs', { region: 'us-gov-west-1', bucket: 'logs' }],
  ['s3://eu-west-1/logs/', EU],
  ['s3://eu-west-1/logs/old/loki', { region: 'eu-west-1', bucket: 'logs/old/loki' }],
  ['s3://eu-west-1/my%2Dlogs', { region: 'eu-west-1', bucket: 'my-logs' }],
  ['s3://eu-west-1/logs?x=1', EU],
  ['s3://s3.eu-west-1.amazonaws.com/logs', { endpoint: 's3.eu-west-1.amazonaws.com', bucket: 'logs' }],
  ['https://minio.:9000/logs', { endpoint: 'minio.:9000', bucket: 'logs' }],
  ['s3://minio:9000/logs', { endpoint: 'minio:9000', bucket: 'logs' }],
  ['s3:///logs', { bucket: 'logs' }],
  ['s3%3A%2F%2Feu-west-1%2Flogs', EU],
  ['logs', {}],
  ['', {}],
];

const MINIO = { endpoint: 'custom.endpoint:9000', bucket: 'logs' };

const WITH_KEYS: [url: string, place: S3Place][] = [
  ['s3://HIDDEN:hidden@eu-west-1/logs', EU],
  ['s3://HIDDEN:hidden@custom.endpoint:9000/logs', MINIO],
  ['s3://HIDDEN:hid%2Fden%2B@eu-west-1/logs', EU],
  ['s3://HIDDEN:hid/den+@eu-west-1/logs', EU],
  ['s3://HIDDEN:hid@den@custom.endpoint:9000/logs', MINIO],
  ['s3://HIDDEN:100%hidden@eu-west-1/logs', EU],
  ['s3://HIDDEN:%2A%2A%2A%2A@eu-west-1/logs', EU],
  ['s3://HIDDEN@eu-west-1/logs', EU],
  ['s3%3A%2F%2FHIDDEN%3Ahid%2Fden%40eu-west-1%2Flogs', EU],
];

test('a URL names the bucket, and the region or whatever else answers like S3', () => {
  const places = WITHOUT_KEYS.map(([url]) => readS3Url(url));
  expect(places).toEqual(WITHOUT_KEYS.map(([, place]) => place));
  expect(WITHOUT_KEYS.filter(([url]) => holdsKeys(url))).toEqual([]);
});

test('keys in a URL are seen and never become part of a name, however they are escaped', () => {
  const places = WITH_KEYS.map(([url]) => readS3Url(url));
  expect(places).toEqual(WITH_KEYS.map(([, place]) => place));
  expect(WITH_KEYS.filter(([url]) => !holdsKeys(url))).toEqual([]);
});

test('where there is no URL there is no place', () => {
  expect(readS3Url(undefined)).toEqual({});
  expect(holdsKeys(undefined)).toBe(false);
});
