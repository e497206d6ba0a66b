/** A text in every description and comment of the run. It must not appear in a log. */
export const PRIVATE = 'for-nobody-but-linear';
