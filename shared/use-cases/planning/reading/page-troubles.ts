import type { ConfluencePage } from '../../../confluence/api.ts';
import type { Reading } from '../../../domain/planning/plan.ts';
import type { Reason } from '../../../domain/planning/session.ts';
import { AppError } from '../../../errors.ts';

/** A page that cannot be planned from, and why. */
export class PageTrouble extends AppError {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super('conflict', `${reason.message} ${reason.mend}`);
    this.reason = reason;
  }
}

const troubles: Record<string, (title: string) => Reason> = {
  trashed: (title) => ({
    code: 'page_trashed',
    message: `The page “${title}” is in Confluence’s trash.`,
    mend: 'Restore the page, or end this session.',
  }),
  archived: (title) => ({
    code: 'page_archived',
    message: `The page “${title}” is archived in Confluence.`,
    mend: 'Restore the page from the archive, or end this session.',
  }),
  draft: (title) => ({
    code: 'page_draft',
    message: `The page “${title}” is a draft that was never published.`,
    mend: 'Publish the page.',
  }),
};

export const pageNotFound: Reason = {
  code: 'page_not_found',
  message: 'Confluence shows no such page to the account of this workspace.',
  mend: 'Let the account view the page, or end this session if the page was deleted.',
};

/** Why a page as it is now cannot be planned from; nothing if it can. */
export const pageTrouble = ({
  title,
  status,
}: Pick<ConfluencePage, 'title' | 'status'>): Reason | undefined => {
  if (status === 'current') return undefined;
  return (
    troubles[status]?.(title) ?? {
      code: 'page_status',
      message: `The page “${title}” has the status ${status}, so there is no published version to read.`,
      mend: 'Publish the page.',
    }
  );
};

const units = {
  bytes: (most: number) => `larger than ${most} bytes`,
  items: (most: number) => `planning more than ${most} items`,
  levels: (most: number) => `nested deeper than ${most} levels`,
};

const isVeto = (reason: string): boolean => reason.startsWith('veto:');

/** Why a text cannot be read, or would take away what was planned; nothing if it can be stored. */
export const readingTrouble = (reading: Reading, hasItems: boolean): Reason | undefined => {
  switch (reading.outcome) {
    case 'malformed': {
      return {
        code: 'malformed',
        // The reader's message ends with line and column.
        message: `The page’s storage format is malformed: ${reading.error.message}.`,
        mend: 'Correct the page in Confluence’s source editor, or edit and publish it again.',
      };
    }
    case 'too_large': {
      const { limit, most } = reading.exceeded;
      return {
        code: 'too_large',
        message: `The page is ${units[limit](most)}, which is more than can be read.`,
        mend: 'Split the page into several, and plan each in a session of its own.',
      };
    }
    case 'not_a_plan':
      return hasItems
        ? {
            code: 'no_plan_any_more',
            message: `The page no longer looks like a plan (${reading.seen.reason}), so its items were left as they are.`,
            mend: isVeto(reading.seen.reason)
              ? 'Put the plan back, have it read all the same (PATCH this session with `despiteVeto`), or end this session.'
              : 'Put the plan back, or end this session.',
          }
        : undefined;
    default:
      return undefined;
  }
};
