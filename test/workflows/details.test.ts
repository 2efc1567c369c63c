import { listChanges } from '../../src/workflows/details';

test('what changes in two containers of a task is told once', () => {
  const change = {
    what: 'environment LOG_LEVEL',
    from: null,
    to: 'debug',
  };
  const changes = ['mimir', 'ring-keeper'].map((container) => ({ ...change, container }));
  expect(listChanges([...changes, { ...change, what: 'image' }])).toBe('environment LOG_LEVEL, image');
});
