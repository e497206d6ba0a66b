/** OIDC allows a subject 255 characters; DynamoDB a partition key of 2,048 bytes. */
const LONGEST = 255;

/**
 * Control and format characters (bidi marks, zero-width ones), line separators, halves of characters, and whatever else
 * is drawn as nothing; blanks other than a plain one inside.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|^ | $/u;

/**
 * Whether a text may name a subject, person or machine. Subjects are compared exactly and shown to people, so one that
 * looks like another must not differ from it in characters that nobody sees.
 */
export const isSubject = (text: string): boolean =>
  text !== '' && text.length <= LONGEST && !UNSEEN.test(text);

export const SUBJECT_RULE = `A subject has 1 to ${LONGEST} characters, all of them visible: no control, zero-width or direction characters, no line breaks, no blanks at its ends.`;
