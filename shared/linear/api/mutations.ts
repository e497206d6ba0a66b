import * as z from 'zod/mini';

/**
 * A write to Linear, which may be repeated: setting a state again changes nothing, a comment id can be used only
 * once, and Linear updates an attachment with the same url.
 */
export type Mutation =
  | { kind: 'issueUpdate'; issueId: string; stateId: string }
  | { kind: 'commentCreate'; id: string; issueId: string; body: string }
  | { kind: 'attachmentCreate'; issueId: string; url: string; title: string };

const parts: { [K in Mutation['kind']]: (alias: string) => { variables: string; field: string } } = {
  issueUpdate: (alias) => ({
    variables: `$${alias}id: String!, $${alias}: IssueUpdateInput!`,
    field: `${alias}: issueUpdate(id: $${alias}id, input: $${alias}) { success }`,
  }),
  commentCreate: (alias) => ({
    variables: `$${alias}: CommentCreateInput!`,
    field: `${alias}: commentCreate(input: $${alias}) { success }`,
  }),
  attachmentCreate: (alias) => ({
    variables: `$${alias}: AttachmentCreateInput!`,
    field: `${alias}: attachmentCreate(input: $${alias}) { success }`,
  }),
};

const variablesOf = (mutation: Mutation, alias: string): Record<string, unknown> => {
  switch (mutation.kind) {
    case 'issueUpdate':
      return { [`${alias}id`]: mutation.issueId, [alias]: { stateId: mutation.stateId } };
    case 'commentCreate': {
      const { id, issueId, body } = mutation;
      return { [alias]: { id, issueId, body } };
    }
    case 'attachmentCreate': {
      const { issueId, url, title } = mutation;
      return { [alias]: { issueId, url, title } };
    }
  }
};

/** By alias. A mutation whose answer is missing or null counts as not done. */
const Answers = z.record(z.string(), z.nullable(z.object({ success: z.boolean() })));

/** The name of one of several root fields in a request. */
export const aliasOf = (index: number): string => `m${index}`;

/** The index of the alias that an error's path names, or -1. */
export const indexOfAlias = (path: string | undefined): number =>
  path && /^m\d+$/.test(path) ? Number(path.slice(1)) : -1;

/** Puts several mutations into one request, each under an alias. Linear runs them one after another. */
export const batchMutation = (mutations: readonly Mutation[]) => {
  const aliased = mutations.map((mutation, index) => ({ mutation, alias: aliasOf(index) }));
  const rendered = aliased.map(({ mutation, alias }) => parts[mutation.kind](alias));
  return {
    operation: {
      query: `mutation WriteBack(${rendered.map(({ variables }) => variables).join(', ')}) {
  ${rendered.map(({ field }) => field).join('\n  ')}
}`,
      data: Answers,
    },
    variables: Object.assign({}, ...aliased.map(({ mutation, alias }) => variablesOf(mutation, alias))),
  };
};

/** The indexes of the mutations that the answer does not report as done. */
export const undoneOf = (mutations: readonly Mutation[], answers: z.output<typeof Answers>): number[] =>
  [...mutations.keys()].filter((index) => answers[aliasOf(index)]?.success !== true);
