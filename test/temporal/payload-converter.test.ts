import { encode } from '@temporalio/common/lib/encoding';
import { payloadConverter } from '../../src/temporal/payload-converter';

const payloadOf = (encoding: string, data: string) => ({
  metadata: {
    encoding: encode(encoding),
  },
  data: encode(data),
});

test('what Temporal writes by itself is read as ever', () => {
  for (const value of [
    undefined,
    null,
    'text',
    7,
    {
      by: 'kim',
    },
    [1],
  ]) {
    expect(payloadConverter.fromPayload(payloadConverter.toPayload(value))).toEqual(value);
  }
});

test.each([
  [payloadOf('json/protobuf', '{}'), 'Unknown encoding: json/protobuf'],
  [payloadOf('x'.repeat(1000), '{}'), `Unknown encoding: ${'x'.repeat(200 - 'Unknown encoding: '.length)}`],
  [payloadOf('json/plain', '{'), expect.stringMatching(/JSON/)],
  [
    {
      metadata: {
        encoding: encode('json/plain'),
      },
    },
    'Got payload with no data',
  ],
  [{}, 'Missing payload metadata'],
  [
    {
      metadata: {},
    },
    expect.any(String),
  ],
])('of a payload that nobody can read stands why', (payload, unreadable) => {
  expect(payloadConverter.fromPayload(payload)).toEqual({
    unreadable,
  });
});

test('what can not be written is written as such', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  for (const value of [cycle, 1n, () => 1]) {
    const written = payloadConverter.fromPayload(payloadConverter.toPayload(value));
    expect(written).toEqual({
      unreadable: expect.any(String) as string,
    });
  }
});
