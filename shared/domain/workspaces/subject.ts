/** OIDC allows a subject 255 characters; DynamoDB a partition key of 2,048 bytes. */
const LONGEST = 255;

/**
 * Control characters, format characters such as bidi marks and zero-width ones, line separators, lone surrogates and
 * whatever else is not drawn. Of blanks, only plain spaces inside the text are allowed.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|^ | $/u;

/**
 * Whether a text may name a subject, which is a person or a machine. Subjects are compared exactly and shown to people,
 * so two of them must not differ only in characters that nobody sees.
 */
export const isSubject = (text: string): boolean =>
  text !== '' && text.length <= LONGEST && !UNSEEN.test(text);

export const SUBJECT_RULE = `A subject has 1 to ${LONGEST} characters, all of them visible: no control, zero-width or direction characters, no line breaks, no blanks at its ends.`;
