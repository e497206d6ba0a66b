import { type Markup, markup } from '../../stand-in/html.ts';
import { isColor } from '../../stand-in/marks.ts';
import type { WorkflowState } from '../store/model.ts';

/** A circle that fills with progress, as Linear draws workflow states. */
export const stateMark = ({ type, color, name }: WorkflowState): Markup => {
  const filled: Record<WorkflowState['type'], number> = {
    triage: 0,
    backlog: 0,
    unstarted: 0,
    started: 0.5,
    completed: 1,
    canceled: 1,
    duplicate: 1,
  };
  const dash = type === 'backlog' && markup` stroke-dasharray="2 1.6"`;
  const ink = isColor(color) && !isPale(color) ? color : '#8b8e98';
  // The dash is as long as the filled share of the circle's circumference.
  const share = filled[type] * 12.57;
  return markup`<span class="state"><svg class="dot" viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="6" fill="none" stroke="${ink}" stroke-width="1.5"${dash}/><circle cx="7" cy="7" r="2" fill="none" stroke="${ink}" stroke-width="4" stroke-dasharray="${share.toFixed(2)} 12.57" transform="rotate(-90 7 7)"/></svg>${name}</span>`;
};

/** Whether a colour is too light to be seen on a white page. */
const isPale = (color: string): boolean => /^#([c-f][0-9a-f]){3}$/i.test(color);
