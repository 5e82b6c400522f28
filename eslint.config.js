import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

import { packageBoundaries } from './tools/lint/package-boundaries.js';

const TESTS = ['**/*.spec.ts', '**/*.type-check.ts', 'test/**/*.ts'];

const syntax = {
  exportAll: {
    selector: 'ExportAllDeclaration',
    message: 'Name what is exported: an index is the list of what a package promises.',
  },
  focusedOrSkippedTest: {
    selector:
      ':matches(MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo|failing)$/], ' +
      'CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/])',
    message: 'A test that is focused, skipped or promised proves nothing: finish it or delete it.',
  },
  // Over NATS getRequest() is the payload, and {"user":{"roles":["sovereign"]}} makes anyone sovereign.
  principalFromRequest: {
    selector: 'MemberExpression[object.callee.property.name="getRequest"][property.name="user"]',
    message: 'Over NATS getRequest() is the payload, so anyone may be `user`: take the principal from @citadel/auth.',
  },
};

export default defineConfig(
  {
    ignores: ['**/dist/', '**/generated/', '**/coverage/', '.citadel/', 'test/packages/app/', 'tools/doctor/fixtures/'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    // One program over sources and tests: @citadel/* resolves to sources, so that nothing has to be built before.
    languageOptions: { parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `return this.refuse(...)` as a guard clause is how our code reads.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // A spread string counts code points, which is what limits are stated in.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_$', argsIgnorePattern: '^_' }],
      // It does not know that a flag may have changed during an await, and calls the check that matters needless.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Nest takes options as plain objects of types that happen to be classes, and generics that name a result.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      // Where a dependency's enum is `const`, isolatedModules leaves us its numbers.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // An async function without await still turns a throw into a rejection, which is what its callers handle.
      '@typescript-eslint/require-await': 'off',
    },
  },

  {
    files: ['**/*.{ts,js}'],
    plugins: { citadel: { rules: { 'package-boundaries': packageBoundaries } } },
    rules: {
      'citadel/package-boundaries': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', ...Object.values(syntax)],
    },
  },

  {
    // Configuration is read once, at the door, through one schema: elsewhere it would be a hidden parameter.
    files: ['{apps,libs}/**/*.ts'],
    ignores: ['apps/*/src/main.ts', 'apps/*/src/seed.ts', 'libs/platform/src/config/**', ...TESTS],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only main.ts reads the environment; take configuration as a parameter.',
        },
      ],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['process', 'node:process'].map((name) => ({
            name,
            importNames: ['env'],
            message: 'Only main.ts reads the environment; take configuration as a parameter.',
          })),
        },
      ],
    },
  },

  {
    files: TESTS,
    rules: {
      // Expectations hold methods without calling them, and answers of the system under test have no type to trust.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
