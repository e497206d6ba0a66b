/** Where a link may lead: to the web, to a mailbox, within the site. Undefined for everything else. */
export const safeLink = (href: string): string | undefined => {
  // Browsers ignore control characters in a scheme, so what has one is no link.
  if (/[\p{Cc}\\]/u.test(href)) return undefined;
  const isOurs = /^(\/wiki\/|#)/.test(href);
  return isOurs || (/^(https?:\/\/|mailto:)/i.test(href) && URL.canParse(href)) ? href : undefined;
};
