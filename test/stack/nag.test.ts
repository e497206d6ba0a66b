import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { buildStacks, devContext, prodContext } from './stacks.ts';

test.each([devContext, prodContext])(
  'the $stage stacks follow the AWS Solutions rules or acknowledge exceptions with a reason',
  (context) => {
    const { violations } = new AwsSolutionsChecks().validateScope(buildStacks(context).app);
    expect(violations).toEqual([]);
  },
);
