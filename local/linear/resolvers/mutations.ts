import { attachmentMutations } from './issues/attachments.ts';
import { commentMutations } from './issues/comments.ts';
import { issueRelationMutations } from './issues/issue-relations.ts';
import { issueMutations } from './issues/issues.ts';
import { labelMutations } from './labels.ts';
import { peopleMutations } from './people.ts';
import { planningMutations } from './planning.ts';
import { projectMutations } from './projects.ts';
import { restrictedMutations } from './restricted.ts';
import { teamMutations } from './teams.ts';

/** Every mutation that the local Linear implements. It refuses the others as not implemented. */
export const mutations = {
  ...attachmentMutations,
  ...commentMutations,
  ...restrictedMutations,
  ...issueMutations,
  ...issueRelationMutations,
  ...labelMutations,
  ...peopleMutations,
  ...planningMutations,
  ...projectMutations,
  ...teamMutations,
};
