import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.tools', 'emulator'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,mjs,js,cjs}'],
    rules: {
      complexity: ['error', 10],
      'no-nested-ternary': 'error',
      'no-useless-concat': 'error',
      '@typescript-eslint/no-shadow': 'error',
      // sort's two, zod's own, what is not looked at
      'id-length': ['error', { min: 2, exceptions: ['a', 'b', 'z', '_'], properties: 'never' }],
    },
  },
  {
    files: ['src', 'lab', 'verify', 'test', 'bench', 'scripts'].map((folder) => `${folder}/**/*.ts`),
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
    },
  },
  { files: ['**/*.{js,cjs}'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
