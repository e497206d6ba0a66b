import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../graphql/context.ts';
import { forbidden } from '../graphql/errors.ts';
import type { User } from '../store/model.ts';
import { checkInput, pick, requireText } from './input.ts';
import { Transaction } from './transaction.ts';

const requireSelfOrAdmin = ({ user }: Context, id: string): void => {
  if (user.id !== id && !user.admin) throw forbidden('Only workspace admins can change other people');
};

const setActive = (context: Context, id: string, active: boolean) => {
  if (!context.user.admin) throw forbidden('Only workspace admins can do this');
  const transaction = new Transaction(context);
  const user = transaction.update('User', transaction.require('User', id), { active });
  return { ...transaction.commit(), user };
};

export const peopleMutations = {
  userUpdate: ({ id, input }: LinearDocument.MutationUserUpdateArgs, context: Context) => {
    checkInput(input, ['name', 'displayName', 'avatarUrl']);
    const transaction = new Transaction(context);
    const before = transaction.require('User', id === 'me' ? context.user.id : id);
    requireSelfOrAdmin(context, before.id);
    if (input.name !== undefined) requireText('name', input.name);
    const patch = pick(input, ['name', 'displayName', 'avatarUrl']) as Partial<User>;
    const user = transaction.update('User', before, patch);
    return { ...transaction.commit(), user };
  },
  userSuspend: ({ id }: LinearDocument.MutationUserSuspendArgs, context: Context) =>
    setActive(context, id, false),
  userUnsuspend: ({ id }: LinearDocument.MutationUserUnsuspendArgs, context: Context) =>
    setActive(context, id, true),
};
