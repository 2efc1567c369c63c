import tseslint from 'typescript-eslint';

const only = (files, patterns, message) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: patterns.map((group) => ({ group: [group], message, allowTypeImports: true })) },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.tools', 'emulator', '**/*.mjs', '*.js'] },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts', 'lab/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
    },
  },
  only(
    ['src/plan/**'],
    ['**/activities/**', '**/workflows/**', '**/commands/**', '@temporalio/*', '@aws-sdk/*'],
    'plan is pure',
  ),
  only(
    ['src/analysis/**'],
    ['**/activities/**', '**/workflows/**', '**/commands/**', '@temporalio/*', '@aws-sdk/*', 'node:*'],
    'analysis is pure',
  ),
  only(
    ['src/workflows/**'],
    ['../activities/**', '../../activities/**', '**/commands/**', '@aws-sdk/*', 'node:*'],
    'a workflow is deterministic: only types of activities',
  ),
  only(['src/activities/**'], ['**/workflows/**', '**/commands/**'], 'activities know nothing of workflows'),
);
