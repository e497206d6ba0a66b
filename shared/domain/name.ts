const folded = (name: string): string => name.normalize('NFC').toLowerCase().normalize('NFC');

/**
 * Whether two names of labels or states are the same, regardless of case and of whether an accent is a separate
 * character (NFD) or not (NFC).
 */
export const sameName = (one: string, other: string): boolean => folded(one) === folded(other);
